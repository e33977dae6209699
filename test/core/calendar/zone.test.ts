import { describe, expect, test } from 'vitest';
import { instantsOf, isZone, reachedAt, wallAt, weekdayOf } from '../../../core/calendar/zone.ts';

const iso = (at: number) => new Date(at).toISOString().slice(0, 16);
const wall = (text: string) => Date.parse(`${text}Z`);

describe('the name of a zone', () => {
  test.each(['UTC', 'Europe/London', 'America/Argentina/Buenos_Aires', 'Etc/GMT+5'])('may be %s', name => {
    expect(isZone(name)).toBe(true);
  });

  test.each([
    ['an abbreviation', 'EST'],
    ['an offset', '+02:00'],
    ['a place that has none', 'Europe/Erfurt'],
    ['nothing', ''],
    ['very long', `Europe/${'x'.repeat(10_000)}`],
  ])('is not %s', (_, name) => {
    expect(isZone(name)).toBe(false);
  });
});

describe('what clocks show', () => {
  test.each([
    ['Europe/London', '2026-03-29T00:59', '2026-03-29T00:59'],
    ['Europe/London', '2026-03-29T01:00', '2026-03-29T02:00'],
    ['Australia/Lord_Howe', '2026-10-03T15:29', '2026-10-04T01:59'],
    ['Australia/Lord_Howe', '2026-10-03T15:30', '2026-10-04T02:30'],
    ['Asia/Kolkata', '2026-01-01T00:00', '2026-01-01T05:30'],
    ['Pacific/Apia', '2011-12-30T09:59', '2011-12-29T23:59'],
    ['Pacific/Apia', '2011-12-30T10:00', '2011-12-31T00:00'],
    ['Africa/Casablanca', '2026-03-01T12:00', '2026-03-01T12:00'],
    ['Africa/Casablanca', '2026-04-01T12:00', '2026-04-01T13:00'],
    ['America/St_Johns', '2026-12-31T23:59', '2026-12-31T20:29'],
  ])('in %s at %sZ is %s', (zone, at, expected) => {
    expect(iso(wallAt(zone, wall(at)))).toBe(expected);
  });
});

describe('a wall-clock time', () => {
  test.each([
    ['comes once as a rule', 'Europe/London', '2026-07-01T12:00', ['2026-07-01T11:00']],
    ['never comes in a gap', 'Europe/London', '2026-03-29T01:30', []],
    ['comes twice in a repeated hour', 'Europe/London', '2026-10-25T01:30', ['2026-10-25T00:30', '2026-10-25T01:30']],
    ['comes once right after a repeated hour', 'Europe/London', '2026-10-25T02:00', ['2026-10-25T02:00']],
    [
      'comes twice in a repeated half hour',
      'Australia/Lord_Howe',
      '2026-04-05T01:45',
      ['2026-04-04T14:45', '2026-04-04T15:15'],
    ],
    ['never comes on a day that was left out', 'Pacific/Apia', '2011-12-30T12:00', []],
  ])('%s', (_, zone, time, expected) => {
    expect(instantsOf(zone, wall(time)).map(iso)).toEqual(expected);
  });

  test.each([
    ['at the end of the gap that it falls in', 'Europe/London', '2026-03-29T01:30', '2026-03-29T01:00'],
    ['at midnight where midnight is left out', 'America/Havana', '2026-03-08T00:00', '2026-03-08T05:00'],
    ['at the end of the day that was left out', 'Pacific/Apia', '2011-12-30T12:00', '2011-12-30T10:00'],
    ['the first time of two', 'Europe/London', '2026-10-25T01:30', '2026-10-25T00:30'],
  ])('is reached %s', (_, zone, time, expected) => {
    expect(iso(reachedAt(zone, wall(time)))).toBe(expected);
  });
});

test.each([
  ['2026-01-05', 1],
  ['2026-01-11', 7],
  ['1969-12-31', 3],
  ['2028-02-29', 2],
])('%s is weekday %i', (date, weekday) => {
  expect(weekdayOf(wall(`${date}T13:00`))).toBe(weekday);
});
