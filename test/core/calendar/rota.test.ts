import { describe, expect, test } from 'vitest';
import { onCallAt } from '../../../core/calendar/rota.ts';
import type { Rota } from '../../../core/config/paging.ts';

const people = ['ada', 'bob', 'cleo'].map(id => ({ id, name: id, channels: ['chat'] }));

function rota(more: Partial<Rota>): Rota {
  const weekly = { rotation: 'weekly', handover: { minute: 540, weekday: 1 }, from: '2026-01-05' } as const;
  return { id: 'platform', zone: 'Europe/Berlin', ...weekly, members: people, overrides: [], ...more };
}

/** `ada until 2026-01-12T08:00` */
function onCall(it: Rota, at: string): string {
  const { member, untilAt } = onCallAt(it, Date.parse(at));
  return `${member.id} until ${new Date(untilAt).toISOString().slice(0, 16)}`;
}

describe('a weekly rota', () => {
  test.each([
    ['begins with its first member', '2026-01-05T08:00Z', 'ada until 2026-01-12T08:00'],
    ['goes on to the next at the handover', '2026-01-12T08:00Z', 'bob until 2026-01-19T08:00'],
    ['keeps the last one to the end', '2026-01-12T07:59:59.999Z', 'ada until 2026-01-12T08:00'],
    ['begins again after everybody', '2026-01-26T08:00Z', 'ada until 2026-02-02T08:00'],
    ['is reckoned backwards before its beginning', '2026-01-05T07:59Z', 'cleo until 2026-01-05T08:00'],
    ['hands over by the clock in summer', '2026-04-06T07:00Z', 'bob until 2026-04-13T07:00'],
    ['has a turn an hour shorter in spring', '2026-03-23T08:00Z', 'cleo until 2026-03-30T07:00'],
  ])('%s', (_, at, expected) => {
    expect(onCall(rota({}), at)).toBe(expected);
  });
});

describe('a daily rota', () => {
  const daily = (zone: string, minute: number, from: string) =>
    rota({ rotation: 'daily', handover: { minute, weekday: 1 }, zone, from });

  test.each([
    ['counts 29 February', daily('UTC', 0, '2028-02-28'), '2028-03-01T12:00Z', 'cleo until 2028-03-02T00:00'],
    [
      'skips 29 February in other years',
      daily('UTC', 0, '2027-02-28'),
      '2027-03-01T12:00Z',
      'bob until 2027-03-02T00:00',
    ],
    [
      'hands over right after a gap',
      daily('Europe/London', 90, '2026-03-28'),
      '2026-03-29T01:00Z',
      'bob until 2026-03-30T00:30',
    ],
    [
      'hands over the first time of two',
      daily('Europe/London', 90, '2026-10-24'),
      '2026-10-25T00:30Z',
      'bob until 2026-10-26T01:30',
    ],
    [
      'does not go back when clocks do',
      daily('Australia/Lord_Howe', 105, '2026-04-04'),
      '2026-04-04T15:00Z',
      'bob until 2026-04-05T15:15',
    ],
  ])('%s', (_, it, at, expected) => {
    expect(onCall(it, at)).toBe(expected);
  });
});

describe('an override', () => {
  const hour = (time: string) => Date.parse(`2026-01-06T${time}Z`);
  const overrides = [
    { member: 'bob', fromAt: hour('10:00'), toAt: hour('14:00') },
    { member: 'cleo', fromAt: hour('12:00'), toAt: hour('13:00') },
  ];

  test.each([
    ['ends a turn early', '09:59', 'ada until 2026-01-06T10:00'],
    ['puts somebody else on call, until a later one begins', '10:00', 'bob until 2026-01-06T12:00'],
    ['gives way to a later one', '12:00', 'cleo until 2026-01-06T13:00'],
    ['comes back after it', '13:00', 'bob until 2026-01-06T14:00'],
    ['gives the turn back', '14:00', 'ada until 2026-01-12T08:00'],
  ])('%s', (_, time, expected) => {
    expect(onCall(rota({ overrides }), `2026-01-06T${time}Z`)).toBe(expected);
  });

  test('is not ended by one before it in the list', () => {
    expect(onCall(rota({ overrides: overrides.toReversed() }), '2026-01-06T10:00Z')).toBe('bob until 2026-01-06T14:00');
  });
});
