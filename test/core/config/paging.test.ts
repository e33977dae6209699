import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { membersOf } from '../../../core/config/members.ts';
import { readMoment } from '../../../core/config/moments.ts';
import { DEFAULT_ROUTE, type Paging } from '../../../core/config/paging.ts';
import { formatProblem, parseConfig } from '../../../core/config/parse.ts';

function paging(text: string): Paging {
  const parsed = parseConfig(`${text}\nmonitors: [{id: shop, target: "https://shop.example", group: web}]\n`, 'm.yaml');
  if (!parsed.ok) throw new Error(parsed.problems.map(formatProblem).join('\n'));
  return parsed.config.paging;
}

const iso = (at: number | undefined) => (at === undefined ? undefined : new Date(at).toISOString().slice(0, 16));

describe('channels', () => {
  test('start with the topic, whether it is written or not', () => {
    const hook = 'channels: [{id: hook, type: webhook, url: "https://hook.example"}';
    const expected = [
      { id: 'topic', type: 'sns' },
      { id: 'hook', type: 'webhook', url: 'https://hook.example', headers: {} },
    ];
    expect(paging(`${hook}]`).channels).toEqual(expected);
    expect(paging(`${hook}, {id: topic, type: sns}]`).channels).toEqual(expected);
  });

  test('get the addresses of their vendors', () => {
    const text =
      'channels: [{id: a, type: pagerduty, routingKey: "${ssm:/key}"}, {id: b, type: telegram, botToken: "${ssm:/bot}", chatId: "@shop"}]';
    expect(paging(text).channels.slice(1)).toEqual([
      { id: 'a', type: 'pagerduty', routingKey: '${ssm:/key}', url: 'https://events.pagerduty.com' },
      { id: 'b', type: 'telegram', botToken: '${ssm:/bot}', chatId: '@shop', apiUrl: 'https://api.telegram.org' },
    ]);
  });
});

describe('a route', () => {
  test('that says nothing is the default one, and none is put behind it', () => {
    expect(paging('routes: [{}]').routes).toEqual([DEFAULT_ROUTE]);
  });

  test('that does not match everything has the default one behind it', () => {
    const routes = paging('routes: [{match: {severity: critical}, remindEvery: 1h30m}]').routes;
    const critical = { ...DEFAULT_ROUTE, match: { severities: ['critical'] }, remindEverySeconds: 5400 };
    expect(routes).toEqual([critical, DEFAULT_ROUTE]);
  });

  test.each([
    ['every day and hour of a zone', '', [1, 2, 3, 4, 5, 6, 7], 0, 1440],
    ['one day', 'days: sun', [7], 0, 1440],
    ['a range over the end of the week', 'days: [fri-mon]', [1, 5, 6, 7], 0, 1440],
    ['days named twice', 'days: [mon-wed, tue]', [1, 2, 3], 0, 1440],
    ['hours up to midnight', 'from: "18:00", to: "00:00"', [1, 2, 3, 4, 5, 6, 7], 1080, 1440],
    ['hours over midnight', 'from: "22:00", to: "06:30"', [1, 2, 3, 4, 5, 6, 7], 1320, 390],
  ])('during %s', (_, hours, days, fromMinute, toMinute) => {
    const [route] = paging(`routes: [{match: {during: {zone: UTC, ${hours}}}}]`).routes;
    expect(route?.match.during).toEqual({ days, fromMinute, toMinute, zone: 'UTC' });
  });
});

describe('a rota', () => {
  const rota = (more: string) =>
    `onCall: [{id: r, zone: Europe/London, from: 2026-01-05, members: [{id: ada, email: a@shop.example}], ${more}}]`;

  test('is weekly unless it says otherwise', () => {
    expect(paging(rota('handover: mon 09:30')).rotas[0]).toMatchObject({
      rotation: 'weekly',
      handover: { weekday: 1, minute: 570 },
      members: [{ id: 'ada', name: 'ada', email: 'a@shop.example', channels: [] }],
      overrides: [],
    });
  });

  test('reads its overrides by its own clock', () => {
    const text = rota(
      'rotation: daily, handover: "09:00", overrides: [{member: ada, from: 2026-07-01T09:00, to: 2026-07-01T12:00+02:00}]',
    );
    const [override] = paging(text).rotas[0]?.overrides ?? [];
    expect([iso(override?.fromAt), iso(override?.toAt)]).toEqual(['2026-07-01T08:00', '2026-07-01T10:00']);
  });
});

test('members of several rotas are counted once', () => {
  const fixture = readFileSync(new URL('../../fixtures/config/every-key.yaml', import.meta.url), 'utf8');
  const parsed = parseConfig(fixture, 'every-key.yaml');
  expect(parsed.ok && membersOf(parsed.config.paging).map(({ id }) => id)).toEqual(['ada', 'bob']);
});

test('maintenance windows are read by their zone', () => {
  const text = `maintenance:
  - {id: move, reason: Move, match: {group: web}, once: {from: 2026-07-01T22:00, to: 2026-07-02T02:00, zone: Australia/Lord_Howe}}
  - {id: backup, reason: Backup, cron: 0 2 * * sun, duration: 90m, zone: Europe/Berlin}`;
  expect(paging(text).maintenance).toEqual([
    {
      id: 'move',
      reason: 'Move',
      match: { groups: ['web'] },
      when: { type: 'once', fromAt: Date.parse('2026-07-01T11:30Z'), toAt: Date.parse('2026-07-01T15:30Z') },
    },
    {
      id: 'backup',
      reason: 'Backup',
      match: {},
      when: { type: 'cron', cron: '0 2 * * sun', durationSeconds: 5400, zone: 'Europe/Berlin' },
    },
  ]);
});

test.each<readonly [string, string, string | undefined, string]>([
  ['by the clock of a zone', '2026-07-01T09:00', 'Europe/London', '2026-07-01T08:00'],
  ['by an offset, whatever the zone', '2026-07-01 09:00:30+05:30', 'Europe/London', '2026-07-01T03:30'],
  ['in UTC', '2026-07-01T09:00Z', undefined, '2026-07-01T09:00'],
  ['the first of two by its offset', '2026-10-25T01:30+01:00', 'Europe/London', '2026-10-25T00:30'],
])('a moment is read %s', (_, text, zone, expected) => {
  const moment = readMoment(text, zone);
  expect('at' in moment && iso(moment.at)).toBe(expected);
});
