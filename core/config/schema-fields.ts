import * as z from 'zod';
import { isZone } from '../calendar/zone.ts';
import { closest, didYouMean } from '../did-you-mean.ts';
import { DURATION_PATTERN, parseDuration } from '../duration.ts';
import { shown } from './complaint.ts';
import { ONE_REFERENCE, REFERENCE_FORMS } from './references.ts';

/** Kinds of fields of `monitors.yaml`, each with its message for people: the rest of a sentence. */

export function text(longest: number) {
  return z
    .string({ error: notText })
    .min(1, { error: 'must not be empty' })
    .max(longest, { error: `must be at most ${longest} characters` });
}

/** Text that may hold a secret, so no message repeats it. */
export function hidden(longest: number) {
  return z
    .string({ error: ({ input }) => (input === undefined ? 'is missing' : `must be text${quoteHint(input)}`) })
    .min(1, { error: 'must not be empty' })
    .max(longest, { error: `must be at most ${longest} characters` });
}

/** Any Unicode, line breaks and emoji included, as long as something can be seen. */
export function name() {
  return text(300).refine(value => value.trim() !== '', { error: 'must not be blank' });
}

export function id() {
  return z.string({ error: notText }).regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, {
    error: issue =>
      `must be letters, digits, ".", "_" and "-", a letter or digit first, at most 63 characters, got ${shown(issue.input)}`,
  });
}

export function whole(least: number, most: number) {
  const error = wrong(`a whole number from ${least} to ${most}`);
  return z.number({ error }).int({ error, abort: true }).min(least, { error, abort: true }).max(most, { error });
}

export function flag() {
  return z.boolean({ error: wrong('true or false') });
}

export function duration(least: string, most: string) {
  const ms = (value: string) => parseDuration(value) ?? 0;
  const error = wrong('a duration such as 30s, 5m or 1h');
  return z
    .string({ error })
    .regex(DURATION_PATTERN, { error, abort: true })
    .refine(value => ms(value) >= ms(least), { error: wrong(`at least ${least}`), abort: true })
    .refine(value => ms(value) <= ms(most), { error: wrong(`at most ${most}`) });
}

/** @param hintOf what else to say of a word that is none of them. */
export function choice<const Words extends readonly [string, ...string[]]>(
  words: Words,
  hintOf: (word: string) => string = word => didYouMean(closest(word, words)),
) {
  return z.enum(words, {
    error: issue => {
      const hint = typeof issue.input === 'string' ? hintOf(issue.input) : '';
      return `${wrong(`one of ${words.join(', ')}`)(issue)}${hint}`;
    },
  });
}

export function list<Item extends z.ZodType>(item: Item, most: number) {
  return z.array(item, { error: wrong('a list') }).max(most, { error: `must have at most ${most} entries` });
}

export function headers() {
  const value = z
    .string({ error: ({ input }) => `must be text${quoteHint(input)}` })
    .max(8192, { error: 'must be at most 8192 characters' });
  return z.record(z.string(), value, { error: 'must be header names with their values' });
}

/** Turns every field of a shape optional, and keeps its description. */
export function optional<Shape extends Readonly<Record<string, z.ZodType>>>(shape: Shape) {
  return z.object(shape).partial().shape;
}

export function wrong(expected: string): (issue: { readonly input?: unknown }) => string {
  return ({ input }) => (input === undefined ? 'is missing' : `must be ${expected}, got ${shown(input)}`);
}

function notText(issue: { readonly input?: unknown }): string {
  return `${wrong('text')(issue)}${quoteHint(issue.input)}`;
}

/** To YAML `42` is a number and `true` a truth value; quotes make them text. */
function quoteHint(input: unknown): string {
  return typeof input === 'number' || typeof input === 'boolean' ? '; put it in quotes' : '';
}

/** A secret, which the file may only say the place of. No message repeats it. */
export function reference() {
  return hidden(1100).regex(ONE_REFERENCE, { error: `must hold its secret by reference: ${REFERENCE_FORMS}` });
}

/** One, or a list of them. */
export function oneOrMore<Item extends z.ZodType>(item: Item, most: number) {
  return z.union([item, list(item, most).min(1, { error: 'must name at least one' })]);
}

export const WEEKDAYS: readonly string[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/** `mon`, `mon-fri`. */
export function weekdays() {
  const error = wrong('a weekday such as mon, or a range such as mon-fri');
  return z.string({ error }).regex(new RegExp(`^(?:${WEEKDAYS.join('|')})(?:-(?:${WEEKDAYS.join('|')}))?$`), { error });
}

/** A minute of the wall clock. */
export function time() {
  const error = wrong('a time such as "09:00"');
  return z.string({ error }).regex(/^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/, { error });
}

export function zone() {
  const expected = wrong('a zone of the IANA database such as Europe/Berlin');
  return z.string({ error: expected }).refine(isZone, {
    error: issue => {
      const meant = typeof issue.input === 'string' ? closest(issue.input, zones()) : undefined;
      return `${expected(issue)}${didYouMean(meant)}`;
    },
  });
}

function zones(): readonly string[] {
  return Intl.supportedValuesOf('timeZone');
}

/** `2026-01-05` */
export function date() {
  const error = wrong('a date from 2000 to 2099 such as 2026-01-05');
  return z
    .string({ error })
    .regex(/^20\d\d-\d\d-\d\d$/, { error, abort: true })
    .refine(isDate, { error });
}

/** `2026-12-24T09:00` by the wall clock, `2026-12-24T09:00+01:00` or `…Z` by an offset; seconds may follow. */
export function moment() {
  const error = wrong('a date and time from 2000 to 2099 such as 2026-12-24T09:00 or 2026-12-24T09:00+01:00');
  return z
    .string({ error })
    .regex(/^20\d\d-\d\d-\d\d[T ](?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d)?(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)?$/, {
      error,
      abort: true,
    })
    .refine(value => isDate(value.slice(0, 10)), { error });
}

/** Whether the calendar has the day: `2027-02-29` is none. */
function isDate(day: string): boolean {
  const at = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(day);
}

export function email() {
  const error = wrong('an e-mail address');
  return text(254).regex(/^[^\s@<>()",;:]+@[^\s@<>()",;:]+\.[^\s@<>()",;:.]+$/, { error });
}

/** E.164. */
export function phone() {
  return text(30).regex(/^\+[1-9]\d{6,14}$/, { error: wrong('a phone number such as "+4915112345678"') });
}
