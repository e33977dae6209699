import { expect, test } from 'vitest';
import { isWithin } from '../../../core/calendar/weekly.ts';
import type { WeeklyHours } from '../../../core/config/paging.ts';

const office: WeeklyHours = { days: [1, 2, 3, 4, 5], fromMinute: 540, toMinute: 1020, zone: 'Europe/Berlin' };
const night: WeeklyHours = { days: [5], fromMinute: 1320, toMinute: 360, zone: 'Europe/London' };
const always: WeeklyHours = { days: [1, 2, 3, 4, 5, 6, 7], fromMinute: 0, toMinute: 1440, zone: 'UTC' };
const early: WeeklyHours = { days: [7], fromMinute: 60, toMinute: 90, zone: 'Europe/London' };

test.each<readonly [string, WeeklyHours, string, boolean]>([
  ['begin with their first minute', office, '2026-11-20T08:00:00Z', true],
  ['have not begun a second before', office, '2026-11-20T07:59:59Z', false],
  ['last to the end of their last minute', office, '2026-11-20T15:59:59.999Z', true],
  ['are over at their end', office, '2026-11-20T16:00:00Z', false],
  ['follow the clock in summer', office, '2026-07-20T07:00:00Z', true],
  ['leave the weekend out', office, '2026-11-21T10:00:00Z', false],
  ['go over midnight: the evening of their day', night, '2026-11-20T22:00:00Z', true],
  ['go over midnight: the morning of the next day', night, '2026-11-21T05:59:00Z', true],
  ['go over midnight: not the evening of the next day', night, '2026-11-21T22:00:00Z', false],
  ['go over midnight: not the morning of their own day', night, '2026-11-20T05:00:00Z', false],
  ['of a whole week never end', always, '2026-11-22T23:59:59.999Z', true],
  ['come in both passes of a repeated hour: the first', early, '2026-10-25T00:15:00Z', true],
  ['come in both passes of a repeated hour: not between', early, '2026-10-25T00:45:00Z', false],
  ['come in both passes of a repeated hour: the second', early, '2026-10-25T01:15:00Z', true],
  ['do not come when clocks are put forward over them', early, '2026-03-29T01:00:00Z', false],
])('hours %s', (_, hours, at, expected) => {
  expect(isWithin(hours, Date.parse(at))).toBe(expected);
});
