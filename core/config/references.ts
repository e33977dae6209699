import type { Observation } from '../observation.ts';
import type { Monitor } from './model.ts';

/** Where a secret lives: a parameter of SSM or a secret of Secrets Manager. */
export type ReferenceKind = 'ssm' | 'secret';

export interface Reference {
  readonly kind: ReferenceKind;
  /** `/shop/token` of a parameter, `shop/token` of a secret. */
  readonly name: string;
  /** As written in the configuration; stands for the value wherever people look. */
  readonly text: string;
}

export const REFERENCE_FORMS = '${ssm:/name} or ${secret:name}';

const REFERENCE = /\$\{(?:(ssm):(\/[A-Za-z0-9_.\-/]{1,1000})|(secret):([A-Za-z0-9/_+=.@-]{1,512}))\}/g;
const REFERENCE_START = '${';

/** A text that is one reference and nothing else. */
export const ONE_REFERENCE = new RegExp(`^${REFERENCE.source}$`);

/** The references in a text, in their order. */
export function referencesIn(text: string): readonly Reference[] {
  return [...text.matchAll(REFERENCE)].map(toReference);
}

/** Why the references of a text are refused, as the rest of a sentence that does not repeat the text; undefined when all are fine. */
export function referenceProblem(text: string): string | undefined {
  if (!text.replaceAll(REFERENCE, '').includes(REFERENCE_START)) return undefined;
  return `has a reference that is not known; write ${REFERENCE_FORMS}`;
}

/** Every reference that a monitor needs resolved before it can be probed, each once, in the order of the fields. */
export function referencesOf(monitor: Monitor): readonly Reference[] {
  const found = new Map<string, Reference>();
  substituteWith(monitor, text => {
    for (const reference of referencesIn(text)) found.set(reference.text, reference);
    return text;
  });
  return [...found.values()];
}

/**
 * The monitor with every reference replaced by its value, to be probed and then thrown away. In a target the value is
 * percent-encoded, so that it can neither end the address nor change the host.
 * @param lookup gives the value; what it throws passes through.
 */
export function substitute(monitor: Monitor, lookup: (kind: ReferenceKind, name: string) => string): Monitor {
  return substituteWith(monitor, (text, place) =>
    text.replaceAll(REFERENCE, (...match) => {
      const { kind, name } = toReference(match);
      const value = lookup(kind, name);
      return place === 'target' ? encodeURIComponent(value.toWellFormed()) : value;
    }),
  );
}

/** The fields that take references, each through the same function. Nothing else of a monitor is looked at. */
function substituteWith(monitor: Monitor, replace: (text: string, place: 'target' | 'other') => string): Monitor {
  const optional = (text: string | undefined) => (text === undefined ? undefined : replace(text, 'other'));
  switch (monitor.kind) {
    case 'http': {
      const target = replace(monitor.target, 'target');
      const headers = Object.entries(monitor.headers).map(([name, value]) => [name, replace(value, 'other')] as const);
      return { ...monitor, target, headers: Object.fromEntries(headers), body: optional(monitor.body) };
    }
    case 'tcp':
      return { ...monitor, send: optional(monitor.send), expect: optional(monitor.expect) };
    case 'tls':
    case 'dns':
      return monitor;
  }
}

function toReference(match: readonly unknown[]): Reference {
  const [text, ssm, parameter, , secret] = match;
  return ssm === undefined
    ? { kind: 'secret', name: String(secret), text: String(text) }
    : { kind: 'ssm', name: String(parameter), text: String(text) };
}

/**
 * The text with every resolved secret replaced by its reference: as it is, as it looks in an address, in a form, in JSON, and in
 * base64. Even a secret of one letter is replaced: an unreadable message is a nuisance, a leaked secret is not. Only the empty
 * secret is left alone, since it is everywhere. A secret inside another encoding (a hash, `user:secret` in base64) is not found.
 * @param secrets the text of each reference and its value.
 */
export function redact(text: string, secrets: ReadonlyMap<string, string>): string {
  const forms = [...secrets]
    .flatMap(([reference, value]) => formsOf(value).map(form => ({ form, reference })))
    .sort((one, other) => other.form.length - one.form.length);
  // What has been replaced is not looked at again: a short secret may be part of the name of another.
  let pieces: readonly Piece[] = [{ text, done: false }];
  for (const { form, reference } of forms) {
    if (text.includes(form)) pieces = pieces.flatMap(piece => replaceIn(piece, form, reference));
  }
  return pieces.map(piece => piece.text).join('');
}

/**
 * The observation without secrets in what came from outside. To be called before it is judged: a value that a reason shows is cut
 * short, and half a secret would no longer be found.
 */
export function redactObservation(observation: Observation, secrets: ReadonlyMap<string, string>): Observation {
  if (secrets.size === 0) return observation;
  const { failure, headers, body, dns } = observation;
  const clean = (text: string) => redact(text, secrets);
  const cleanHeaders = Object.entries(headers ?? {}).map(([name, value]) => [name, clean(value)] as const);
  return {
    ...observation,
    ...(failure && { failure: { ...failure, detail: clean(failure.detail) } }),
    ...(headers && { headers: Object.fromEntries(cleanHeaders) }),
    ...(body !== undefined && { body: clean(body) }),
    ...(dns && { dns: { ...dns, answers: dns.answers.map(clean) } }),
  };
}

interface Piece {
  readonly text: string;
  readonly done: boolean;
}

function replaceIn(piece: Piece, form: string, reference: string): readonly Piece[] {
  if (piece.done) return [piece];
  const parts = piece.text.split(form).map(text => ({ text, done: false }));
  return parts.flatMap((part, index) => (index === 0 ? [part] : [{ text: reference, done: true }, part]));
}

function formsOf(value: string): readonly string[] {
  if (value === '') return [];
  const wellFormed = value.toWellFormed();
  const component = encodeURIComponent(wellFormed);
  const base64 = Buffer.from(value).toString('base64').replace(/=+$/, '');
  const forms = [
    value,
    component,
    component.replaceAll('%20', '+'),
    encodeURI(wellFormed),
    JSON.stringify(value).slice(1, -1),
    base64,
    base64.replaceAll('+', '-').replaceAll('/', '_'),
  ];
  return [...new Set(forms)];
}
