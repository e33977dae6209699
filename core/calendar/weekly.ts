import type { WeeklyHours } from '../config/paging.ts';
import { DAY_MS, MINUTE_MS, startOfDay, wallAt, weekdayOf } from './zone.ts';

/**
 * Whether the clock of the zone shows a time within the hours. Only what it shows counts: in the hour that is repeated when clocks
 * are put back, both passes are within or without.
 */
export function isWithin(hours: WeeklyHours, at: number): boolean {
  const wallMs = wallAt(hours.zone, at);
  const minute = Math.floor((wallMs - startOfDay(wallMs)) / MINUTE_MS);
  const isToday = hours.days.includes(weekdayOf(wallMs));
  if (hours.fromMinute < hours.toMinute) return isToday && minute >= hours.fromMinute && minute < hours.toMinute;
  const wasYesterday = hours.days.includes(weekdayOf(wallMs - DAY_MS));
  return (isToday && minute >= hours.fromMinute) || (wasYesterday && minute < hours.toMinute);
}
