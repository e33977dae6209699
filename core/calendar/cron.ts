import { DAY_MS, MINUTE_MS, type Stretch, startOfDay, stretchAt, weekdayOf } from './zone.ts';

/** When a five-field expression matches a wall clock. */
export interface Cron {
  /** Minutes of the day, rising. */
  readonly times: readonly number[];
  readonly days: ReadonlySet<number>;
  /** 1…12. */
  readonly months: ReadonlySet<number>;
  /** 1 Monday … 7 Sunday. */
  readonly weekdays: ReadonlySet<number>;
  /** Both the day and the weekday are restricted, so that either is enough: crontab(5). */
  readonly eitherDay: boolean;
  /** Neither minute nor hour starts with `*`: it names times of the day instead of a rhythm. */
  readonly isFixed: boolean;
}

export type ParsedCron = { readonly ok: true; readonly cron: Cron } | { readonly ok: false; readonly problem: string };

/**
 * Reads `minute hour day month weekday` with `*`, numbers, names (`jan`, `mon`), lists, ranges and steps, as crontab(5) has them;
 * 0 and 7 are Sunday. The problem is the rest of a sentence.
 */
export function parseCron(text: string): ParsedCron {
  const words = text.trim().split(/\s+/);
  if (words.length !== FIELDS.length || text.length > LONGEST_CRON) {
    return { ok: false, problem: 'must have five fields such as "0 2 * * sun": minute, hour, day, month, weekday' };
  }
  const read = FIELDS.map((field, index) => readField(words[index] ?? '', field));
  const problem = read.find(result => 'problem' in result);
  if (problem !== undefined && 'problem' in problem) return { ok: false, problem: problem.problem };
  const [minutes = [], hours = [], days = [], months = [], weekdays = []] = read.map(result =>
    'values' in result ? result.values : [],
  );
  const isStar = words.map(word => word.startsWith('*'));
  const cron: Cron = {
    times: hours.flatMap(hour => minutes.map(minute => hour * 60 + minute)),
    days: new Set(days),
    months: new Set(months),
    weekdays: new Set(weekdays.map(day => (day === 0 ? 7 : day))),
    eitherDay: isStar[2] === false && isStar[4] === false,
    isFixed: isStar[0] === false && isStar[1] === false,
  };
  const isPossible = cron.eitherDay || months.some(month => days.some(day => day <= (LONGEST_MONTHS[month] ?? 0)));
  return isPossible ? { ok: true, cron } : { ok: false, problem: 'never comes: no such month has such a day' };
}

/**
 * The start of the newest occurrence that covers an instant, each lasting from its start for `durationSeconds`; undefined when
 * none does. Where clocks change, as Vixie's cron does it: fixed times that are skipped start right after the gap and those that
 * are repeated start once, the first time; a rhythm (`*` in minute or hour) starts whenever the clock shows a match, so not
 * within a gap and in both passes of a repeated hour.
 */
export function activeSince(cron: Cron, durationSeconds: number, zone: string, at: number): number | undefined {
  const earliest = at - durationSeconds * 1000 + 1;
  let end = at + 1;
  while (end > earliest) {
    const stretch = stretchAt(zone, end - 1);
    const before = stretchAt(zone, stretch.fromAt - 1);
    const startAt = newestStart(cron, stretch, before, end);
    if (startAt !== undefined) return startAt >= earliest ? startAt : undefined;
    end = stretch.fromAt;
  }
  return undefined;
}

/** What is put forward further is another calendar, as in Samoa, which left out 30 December 2011. */
const LONGEST_GAP_MS = 180 * MINUTE_MS;

/** The newest start within a stretch of constant offset and before an instant. */
function newestStart(cron: Cron, stretch: Stretch, before: Stretch, endAt: number): number | undefined {
  const shownFirst = stretch.fromAt + stretch.offsetMs;
  const shownBefore = stretch.fromAt + before.offsetMs;
  // Below `shownBefore` a clock that was put back repeats itself.
  const first = cron.isFixed ? Math.max(shownFirst, shownBefore) : shownFirst;
  const wallMs = newestMatch(cron, first, endAt + stretch.offsetMs);
  if (wallMs !== undefined) return wallMs - stretch.offsetMs;
  const isGap = shownFirst - shownBefore <= LONGEST_GAP_MS;
  const isSkipped = cron.isFixed && isGap && newestMatch(cron, shownBefore, shownFirst) !== undefined;
  return isSkipped ? stretch.fromAt : undefined;
}

/** The newest wall-clock time that matches, in `fromMs`…`untilMs`, the end excluded. */
function newestMatch(cron: Cron, fromMs: number, untilMs: number): number | undefined {
  for (let day = startOfDay(untilMs - 1); day + DAY_MS > fromMs; day -= DAY_MS) {
    if (!isDay(cron, day)) continue;
    const time = cron.times.findLast(minute => day + minute * MINUTE_MS < untilMs);
    if (time === undefined) continue;
    const wallMs = day + time * MINUTE_MS;
    return wallMs >= fromMs ? wallMs : undefined;
  }
  return undefined;
}

function isDay(cron: Cron, dayMs: number): boolean {
  const date = new Date(dayMs);
  if (!cron.months.has(date.getUTCMonth() + 1)) return false;
  const isDate = cron.days.has(date.getUTCDate());
  const isWeekday = cron.weekdays.has(weekdayOf(dayMs));
  return cron.eitherDay ? isDate || isWeekday : isDate && isWeekday;
}

interface Field {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  /** Words for the values from `least` on. */
  readonly names: readonly string[];
}

const LONGEST_CRON = 200;
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const FIELDS: readonly Field[] = [
  { name: 'minute', least: 0, most: 59, names: [] },
  { name: 'hour', least: 0, most: 23, names: [] },
  { name: 'day', least: 1, most: 31, names: [] },
  { name: 'month', least: 1, most: 12, names: MONTHS },
  { name: 'weekday', least: 0, most: 7, names: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] },
];
/** By month, 1…12, in a leap year. */
const LONGEST_MONTHS = [0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

type FieldResult = { readonly values: readonly number[] } | { readonly problem: string };

function readField(text: string, field: Field): FieldResult {
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const result = readPart(part, field);
    if ('problem' in result) return result;
    for (const value of result.values) values.add(value);
  }
  return { values: [...values].sort((one, other) => one - other) };
}

/** `*`, `5`, `5-59`, either of the first or the last with a step. */
function readPart(part: string, field: Field): FieldResult {
  const wrong = (problem: string) => ({ problem: `has ${JSON.stringify(part)} as its ${field.name}, ${problem}` });
  if (/[?#]|^\d*l$|^(?:\d+w|lw)$|^[a-z]{3}l$/i.test(part)) {
    return wrong('but L, W, # and ? are not known here: name the days themselves');
  }
  const [range = '', stepText, ...rest] = part.split('/');
  const step = stepText === undefined ? 1 : Number(/^\d{1,2}$/.test(stepText) ? stepText : Number.NaN);
  if (rest.length > 0 || !(step >= 1)) return wrong('which has a step that is no whole number from 1 on');
  const [low, high, ...more] = range === '*' ? [field.least, lastOf(field)] : range.split('-').map(toValue(field));
  if (low === undefined || Number.isNaN(low) || Number.isNaN(high) || more.length > 0) {
    const names = field.names.length === 0 ? '' : `, or ${field.names[0]} to ${field.names.at(-1)}`;
    return wrong(`which must be ${field.least} to ${field.most}${names}`);
  }
  if (high === undefined && stepText !== undefined) return wrong('but a step needs a range: write 5-59/10 or */10');
  // `fri-sun` ends with the Sunday that follows.
  const last = field.name === 'weekday' && high === 0 && low > 0 ? 7 : (high ?? low);
  if (last < low) return wrong('but a range must rise: split it in two');
  return { values: Array.from({ length: Math.floor((last - low) / step) + 1 }, (_, index) => low + index * step) };
}

/** `*` names every weekday once. */
function lastOf({ name, most }: Field): number {
  return name === 'weekday' ? 6 : most;
}

function toValue({ least, most, names }: Field): (word: string) => number {
  return word => {
    const named = names.indexOf(word.toLowerCase());
    if (named >= 0) return least + named;
    const value = /^\d{1,2}$/.test(word) ? Number(word) : Number.NaN;
    return value >= least && value <= most ? value : Number.NaN;
  };
}
