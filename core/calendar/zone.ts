/**
 * Wall clocks of the world. A wall-clock time is a number too: the epoch milliseconds at which a clock in UTC would show it. So
 * dates are reckoned without a zone, and a zone is asked only to come from an instant to its clock and back.
 */

/** A stretch of time in which a zone keeps its offset; the end excluded. Ends at the turn of the year at the latest. */
export interface Stretch {
  readonly fromAt: number;
  readonly untilAt: number;
  /** What the clock is ahead of UTC. */
  readonly offsetMs: number;
}

export const MINUTE_MS = 60_000;
export const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;

/**
 * Whether it is a name of the IANA database, such as `Europe/Berlin` or `UTC`. Abbreviations are refused: `EST` is a zone that
 * knows no summer, which is hardly ever what is meant.
 */
export function isZone(name: string): boolean {
  if (name !== 'UTC' && !/^[A-Za-z_]{1,40}(?:\/[A-Za-z0-9_+-]{1,40}){1,2}$/.test(name)) return false;
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: name }).format(0) !== '';
  } catch {
    // The only way to ask: a name that is not known throws a RangeError.
    return false;
  }
}

/** What the clocks of a zone show at an instant. */
export function wallAt(zone: string, at: number): number {
  return at + stretchAt(zone, at).offsetMs;
}

/**
 * The instants at which the clocks of a zone show something, the earlier first: one as a rule, none when clocks are put forward
 * over it, two when they are put back over it.
 */
export function instantsOf(zone: string, wallMs: number): readonly number[] {
  const { before, after } = offsetsAround(zone, wallMs);
  return [...new Set([wallMs - before, wallMs - after])]
    .filter(at => wallAt(zone, at) === wallMs)
    .sort((one, other) => one - other);
}

/** The first instant at which the clocks of a zone show this or, when they are put forward over it, something later. */
export function reachedAt(zone: string, wallMs: number): number {
  const [first] = instantsOf(zone, wallMs);
  if (first !== undefined) return first;
  const { after } = offsetsAround(zone, wallMs);
  let stretch = stretchAt(zone, wallMs - after);
  for (let next = stretch; next.offsetMs === stretch.offsetMs; next = stretchAt(zone, stretch.untilAt)) stretch = next;
  return stretch.untilAt;
}

/** The stretch of constant offset that an instant lies in. */
export function stretchAt(zone: string, at: number): Stretch {
  const stretches = stretchesOf(zone, new Date(at).getUTCFullYear());
  const found = stretches.find(({ untilAt }) => at < untilAt);
  if (found === undefined) throw new RangeError(`${at} is no instant`);
  return found;
}

/** The weekday of a wall-clock time, 1 Monday … 7 Sunday. */
export function weekdayOf(wallMs: number): number {
  // Day 0 of the epoch was a Thursday.
  return ((((Math.floor(wallMs / DAY_MS) + 3) % 7) + 7) % 7) + 1;
}

/** The start of a wall-clock time's day. */
export function startOfDay(wallMs: number): number {
  return Math.floor(wallMs / DAY_MS) * DAY_MS;
}

/** Offsets range from -12 to +14 hours, so around a wall-clock time there is at most one change. */
function offsetsAround(zone: string, wallMs: number): { readonly before: number; readonly after: number } {
  return {
    before: stretchAt(zone, wallMs - 15 * 60 * MINUTE_MS).offsetMs,
    after: stretchAt(zone, wallMs + 13 * 60 * MINUTE_MS).offsetMs,
  };
}

interface Clock {
  readonly format: Intl.DateTimeFormat;
  readonly years: Map<number, readonly Stretch[]>;
}

/** What has been asked before; the rules of a zone do not change while a process lives. */
const clocks = new Map<string, Clock>();

function stretchesOf(zone: string, year: number): readonly Stretch[] {
  let clock = clocks.get(zone);
  if (clock === undefined) {
    const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
    clock = { format, years: new Map() };
    clocks.set(zone, clock);
  }
  let stretches = clock.years.get(year);
  if (stretches === undefined) {
    stretches = findStretches(clock.format, Date.UTC(year), Date.UTC(year + 1));
    clock.years.set(year, stretches);
  }
  return stretches;
}

/** Looks once a week, since no zone changes and changes back within one, and then for the second of the change. */
function findStretches(format: Intl.DateTimeFormat, fromAt: number, untilAt: number): readonly Stretch[] {
  const stretches: Stretch[] = [];
  let start = fromAt;
  let offsetMs = offsetAt(format, fromAt);
  for (let low = fromAt; low < untilAt; low += WEEK_MS) {
    const high = Math.min(low + WEEK_MS, untilAt - 1);
    const next = offsetAt(format, high);
    if (next === offsetMs) continue;
    const change = findChange(format, low, high, offsetMs);
    stretches.push({ fromAt: start, untilAt: change, offsetMs });
    start = change;
    offsetMs = next;
  }
  return [...stretches, { fromAt: start, untilAt, offsetMs }];
}

function findChange(format: Intl.DateTimeFormat, lowAt: number, highAt: number, offsetMs: number): number {
  let low = Math.floor(lowAt / 1000);
  let high = Math.ceil(highAt / 1000);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(format, middle * 1000) === offsetMs) low = middle;
    else high = middle;
  }
  return high * 1000;
}

/** `GMT`, `GMT+10:30`, and `GMT-00:44:30` of old. */
function offsetAt(format: Intl.DateTimeFormat, at: number): number {
  const name = format.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const [, sign, hours, minutes, seconds] = /^GMT([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(name) ?? [];
  const ms = (Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0)) * 1000;
  return sign === '-' ? -ms : ms;
}
