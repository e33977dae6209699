import { describe, expect, test } from 'vitest';
import { activeSince, type Cron, parseCron } from '../../../core/calendar/cron.ts';

function cron(text: string): Cron {
  const parsed = parseCron(text);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.cron;
}

/** The start of the newest occurrence, each as short as a cron can tell apart. */
function startedAt(text: string, zone: string, at: string, durationSeconds = 60): string | undefined {
  const since = activeSince(cron(text), durationSeconds, zone, Date.parse(at));
  return since === undefined ? undefined : new Date(since).toISOString().slice(0, 16);
}

describe('an expression', () => {
  test('names minutes of the day', () => {
    expect(cron('0,30 2-3 * * *').times).toEqual([120, 150, 180, 210]);
  });

  test.each([
    ['*/20 0 * * *', [0, 20, 40]],
    ['10-50/20 0 * * *', [10, 30, 50]],
    ['5,5,1-2 0 * * *', [1, 2, 5]],
  ])('with steps and lists: %s', (text, times) => {
    expect(cron(text).times).toEqual(times);
  });

  test.each([
    ['sun', [7]],
    ['0', [7]],
    ['7', [7]],
    ['mon-fri', [1, 2, 3, 4, 5]],
    ['FRI-SUN', [5, 6, 7]],
    ['0-7', [1, 2, 3, 4, 5, 6, 7]],
    ['*/2', [2, 4, 6, 7]],
  ])('with the weekdays %s', (text, weekdays) => {
    expect([...cron(`0 0 * * ${text}`).weekdays].sort()).toEqual(weekdays);
  });

  test.each([
    'never',
    '@daily',
    '* * * *',
    '* * * * * *',
    '60 * * * *',
    '-1 * * * *',
    '1- * * * *',
    '1-2-3 * * * *',
    '*/2/2 * * * *',
    '*/-1 * * * *',
    ', * * * *',
    '0x1 * * * *',
    '* * 0 * *',
    '* * * 13 *',
    '* * * foo *',
    '* * * * 8',
    '0 0 31 4,6 *',
    '0 0 ? * mon',
    '0 0 15w * *',
    '0 0 * * fril',
    `${'1,'.repeat(200)}1 * * * *`,
  ])('is refused: %s', text => {
    expect(parseCron(text)).toMatchObject({ ok: false });
  });

  test('of both a day and a weekday comes on either', () => {
    expect(startedAt('0 0 13 * fri', 'UTC', '2026-10-13T00:00Z')).toBe('2026-10-13T00:00');
    expect(startedAt('0 0 13 * fri', 'UTC', '2026-10-16T00:00Z')).toBe('2026-10-16T00:00');
    expect(startedAt('0 0 13 * *', 'UTC', '2026-10-16T00:00Z')).toBeUndefined();
  });

  test('of 29 February comes in leap years', () => {
    expect(startedAt('0 0 29 2 *', 'UTC', '2028-02-29T00:00Z')).toBe('2028-02-29T00:00');
    expect(startedAt('0 0 29 2 *', 'UTC', '2027-03-01T00:00Z')).toBeUndefined();
  });
});

describe('an occurrence', () => {
  const backup = (at: string) => startedAt('0 23 31 12 *', 'Europe/Berlin', at, 7 * 86_400);

  test.each([
    ['covers its start', '2026-12-31T22:00:00Z', '2026-12-31T22:00'],
    ['does not cover the moment before', '2026-12-31T21:59:59.999Z', undefined],
    ['goes on over the turn of the year', '2027-01-07T21:59:59.999Z', '2026-12-31T22:00'],
    ['is over after its duration', '2027-01-07T22:00:00Z', undefined],
  ])('%s', (_, at, expected) => {
    expect(backup(at)).toBe(expected);
  });

  test('gives way to the next one where they overlap', () => {
    expect(startedAt('0 * * * *', 'UTC', '2026-11-20T10:30Z', 7200)).toBe('2026-11-20T10:00');
  });

  test('lasts as long on the days when clocks change', () => {
    expect(startedAt('30 0 * * *', 'Europe/London', '2026-03-29T02:29Z', 7200)).toBe('2026-03-29T00:30');
    expect(startedAt('30 0 * * *', 'Europe/London', '2026-03-29T02:30Z', 7200)).toBeUndefined();
  });
});

describe('where clocks are put forward', () => {
  test.each([
    ['a fixed time starts right after the gap', '30 1 * * *', 'Europe/London', '2026-03-29T01:00Z', '2026-03-29T01:00'],
    ['and not again when the clock has gone as far', '30 1 * * *', 'Europe/London', '2026-03-29T01:30Z', undefined],
    ['two of them start once', '0,30 1 * * *', 'Europe/London', '2026-03-29T01:00Z', '2026-03-29T01:00'],
    ['a rhythm goes on after the gap', '*/30 * * * *', 'Europe/London', '2026-03-29T01:00Z', '2026-03-29T01:00'],
    ['a rhythm within the gap does not start', '*/30 1 * * *', 'Europe/London', '2026-03-29T01:00Z', undefined],
    ['a gap of half an hour is one', '15 2 * * *', 'Australia/Lord_Howe', '2026-10-03T15:30Z', '2026-10-03T15:30'],
    [
      'midnight is where Havana leaves it out',
      '0 0 * * sun',
      'America/Havana',
      '2026-03-08T05:00Z',
      '2026-03-08T05:00',
    ],
  ])('%s', (_, text, zone, at, expected) => {
    expect(startedAt(text, zone, at)).toBe(expected);
  });
});

describe('where clocks are put back', () => {
  test.each([
    ['a fixed time starts the first time', '30 1 * * *', '2026-10-25T00:30Z', '2026-10-25T00:30'],
    ['and not the second', '30 1 * * *', '2026-10-25T01:30Z', undefined],
    ['a rhythm starts the first time', '*/30 1 * * *', '2026-10-25T00:30Z', '2026-10-25T00:30'],
    ['and the second', '*/30 1 * * *', '2026-10-25T01:30Z', '2026-10-25T01:30'],
  ])('%s', (_, text, at, expected) => {
    expect(startedAt(text, 'Europe/London', at)).toBe(expected);
  });
});
