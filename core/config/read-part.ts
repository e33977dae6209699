import { closest, didYouMean } from '../did-you-mean.ts';
import type { Complaint, ConfigPath } from './complaint.ts';

/** How a part of the file is read. */
export interface Section<Fields> {
  readonly strict: Checks<unknown> & { readonly shape: Readonly<Record<string, unknown>> };
  readonly loose: Checks<Fields>;
  /** Words that people use for a key: the key. */
  readonly aliases: Readonly<Record<string, string>>;
  /** What to say of a key that belongs somewhere else. */
  readonly elsewhere?: (key: string) => string | undefined;
}

interface Checks<Fields> {
  safeParse(
    value: unknown,
  ):
    | { readonly success: true; readonly data: Fields }
    | { readonly success: false; readonly error: { readonly issues: readonly Issue[] } };
  parse(value: unknown): Fields;
}

interface Issue {
  readonly code: string;
  readonly message: string;
  readonly path: readonly PropertyKey[];
  readonly keys?: readonly string[];
  /** Of a union: what each of its members says. */
  readonly errors?: readonly (readonly Issue[])[];
}

export interface ReadPart<Fields> {
  readonly fields: Fields;
  readonly complaints: readonly Complaint[];
}

/** Reads a part, and collects what is wrong with it. */
export type Read = <Fields>(part: unknown, path: ConfigPath, section: Section<Fields>) => ReadPart<Fields>;

/** Every field that is right by itself, and what is wrong with the others. */
export function readPart<Fields>(part: unknown, path: ConfigPath, section: Section<Fields>): ReadPart<Fields> {
  const strict = section.strict.safeParse(part);
  const issues = strict.success ? [] : strict.error.issues.flatMap(ofUnion);
  const bad = new Set(issues.flatMap(issue => issue.keys ?? issue.path.slice(0, 1).map(String)));
  const isWhole = issues.every(issue => issue.keys !== undefined || issue.path.length > 0);
  const good = isWhole ? Object.entries(part ?? {}).filter(([key]) => !bad.has(key)) : [];
  const fields = section.loose.parse(Object.fromEntries(good));
  return { fields, complaints: toComplaints(issues, path, section) };
}

/** Of what can be one or a list, the issues of the form that was written. */
function ofUnion(issue: Issue): readonly Issue[] {
  const { errors = [] } = issue;
  const written = errors.find(issues => issues.some(({ path }) => path.length > 0)) ?? errors[0];
  return written?.map(inner => ({ ...inner, path: [...issue.path, ...inner.path] })) ?? [issue];
}

function toComplaints(issues: readonly Issue[], path: ConfigPath, section: Section<unknown>): readonly Complaint[] {
  const unknown = issues.flatMap(issue => issue.keys ?? []);
  const meant = new Map(unknown.map(key => [key, meantKey(key, section)] as const));
  const suggested = new Set(meant.values());
  const seen = new Set<string>();
  return issues.flatMap((issue): readonly Complaint[] => {
    if (issue.keys !== undefined) {
      return issue.keys.map(key => ({ path: [...path, key], message: unknownKey(key, meant.get(key), section) }));
    }
    const steps = issue.path.map(step => (typeof step === 'number' ? step : String(step)));
    const key = steps.join('\0');
    // One complaint a place; and what is missing under one name but written under another is one mistake.
    const echo = issue.message === 'is missing' && suggested.has(String(steps[0]));
    if (seen.has(key) || echo) return [];
    seen.add(key);
    return [{ path: [...path, ...steps], message: issue.message }];
  });
}

function unknownKey(key: string, meant: string | undefined, section: Section<unknown>): string {
  const elsewhere = meant === undefined ? section.elsewhere?.(key) : undefined;
  return elsewhere ?? `is not known${didYouMean(meant)}`;
}

function meantKey(key: string, { strict, aliases, elsewhere }: Section<unknown>): string | undefined {
  const camelCase = key.replaceAll(/[-_ ]+([a-zA-Z])/g, (_, letter: string) => letter.toUpperCase());
  if (Object.hasOwn(strict.shape, camelCase)) return camelCase;
  const alias = aliases[camelCase.toLowerCase()];
  if (alias !== undefined && Object.hasOwn(strict.shape, alias)) return alias;
  if (elsewhere?.(key) !== undefined) return undefined;
  return closest(camelCase, Object.keys(strict.shape));
}

/** `{key: 'word word'}` turned round: each word leads to its key. No prototype, since the words looked up come from the file. */
export function words(wordsOf: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const pairs = Object.entries(wordsOf).flatMap(([key, all]) => all.split(' ').map(word => [word, key] as const));
  return Object.assign(Object.create(null), Object.fromEntries(pairs));
}
