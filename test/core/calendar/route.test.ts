import { expect, test } from 'vitest';
import { maintenanceOf } from '../../../core/calendar/maintenance.ts';
import { type RouteSubject, routeFor } from '../../../core/calendar/route.ts';
import { DEFAULT_ROUTE, type MaintenanceWindow, type Route } from '../../../core/config/paging.ts';

const NIGHT = Date.parse('2026-11-20T03:00Z');
const DAY = Date.parse('2026-11-20T12:00Z');
const shop: RouteSubject = { severity: 'critical', group: 'web', service: 'shop', tags: ['eu', 'paid'] };
const during = { days: [5], fromMinute: 540, toMinute: 1020, zone: 'UTC' };

function route(match: Route['match'], channel = 'chat'): Route {
  return { match, channels: [channel], escalate: [], notifyOnResolve: true };
}

test.each<readonly [string, Route['match'], boolean]>([
  ['its severity', { severities: ['error', 'critical'] }, true],
  ['another severity', { severities: ['error'] }, false],
  ['its group', { groups: ['web'] }, true],
  ['another group', { groups: ['db'] }, false],
  ['its service', { services: ['search', 'shop'] }, true],
  ['another service', { services: ['search'] }, false],
  ['one of its tags', { tags: ['free', 'paid'] }, true],
  ['none of its tags', { tags: ['free'] }, false],
  ['these hours', { during }, true],
  ['everything and one thing else', { severities: ['critical'], groups: ['web'], services: ['search'] }, false],
  ['nothing', {}, true],
])('a route for %s matches: %s', (_, match, expected) => {
  const only = route(match);
  expect(routeFor([only], shop, DAY)).toBe(expected ? only : DEFAULT_ROUTE);
});

test('a route for other hours does not match', () => {
  expect(routeFor([route({ during })], shop, NIGHT)).toBe(DEFAULT_ROUTE);
});

test('a service without a group is in no route for groups', () => {
  const { group: _, ...alone } = shop;
  expect(routeFor([route({ groups: ['web'] })], alone, DAY)).toBe(DEFAULT_ROUTE);
});

test('the first route that matches counts', () => {
  const routes = [route({ services: ['search'] }, 'a'), route({ groups: ['web'] }, 'b'), route({}, 'c')];
  expect(routeFor(routes, shop, DAY).channels).toEqual(['b']);
});

const windows: readonly MaintenanceWindow[] = [
  { id: 'move', reason: 'Move', match: { services: ['search'] }, when: { type: 'once', fromAt: NIGHT, toAt: DAY } },
  {
    id: 'backup',
    reason: 'Backup',
    match: { groups: ['web'] },
    when: { type: 'cron', cron: '0 2 * * fri', durationSeconds: 7200, zone: 'UTC' },
  },
  { id: 'all', reason: 'Everything', match: {}, when: { type: 'once', fromAt: DAY, toAt: DAY + 60_000 } },
];

test.each<readonly [string, { group?: string; service: string }, number, string | undefined]>([
  ['a window of its group, until it ends', shop, NIGHT, 'backup until 2026-11-20T04:00'],
  ['no window that is over', shop, NIGHT + 3_600_000, undefined],
  ['a window of its own', { service: 'search' }, NIGHT, 'move until 2026-11-20T12:00'],
  ['no window of groups without one', { service: 'blog' }, NIGHT, undefined],
  ['a window of everything', { service: 'blog' }, DAY, 'all until 2026-11-20T12:01'],
])('a service is in %s', (_, subject, at, expected) => {
  const found = maintenanceOf(windows, subject, at);
  const text = found && `${found.window.id} until ${new Date(found.untilAt).toISOString().slice(0, 16)}`;
  expect(text).toBe(expected);
});
