import type { Monitor } from '../core/config/model.ts';
import {
  type Reference,
  type ReferenceKind,
  redact,
  redactObservation,
  referencesOf,
  substitute,
} from '../core/config/references.ts';
import type { Failure, Observation } from '../core/observation.ts';
import { basicCredentials } from './adapters/probe/redirect.ts';

/** Where the values of references come from. */
export interface SecretSource {
  /** Rejects when it cannot be read. */
  resolve(kind: ReferenceKind, name: string): Promise<string>;
}

/** The secrets of one run: each is read once, when the first monitor needs it, and forgotten with the run. */
export interface RunSecrets {
  /** The monitor with its references replaced by their values, to be probed and thrown away; or why that cannot be. */
  fill(monitor: Monitor): Promise<{ readonly monitor: Monitor } | { readonly failure: Failure }>;
  /** The observation without any value read so far. To be called before anything is derived from it. */
  clean(observation: Observation): Observation;
  cleanText(text: string): string;
}

export function runSecrets(source: SecretSource): RunSecrets {
  /** Value by the text of its reference. */
  const values = new Map<string, string>();
  const reads = new Map<string, Promise<Failure | undefined>>();

  const read = (reference: Reference) => {
    const under = reads.get(reference.text) ?? readOnce(source, reference, values);
    reads.set(reference.text, under);
    return under;
  };

  return {
    async fill(monitor) {
      const references = referencesOf(monitor);
      if (references.length === 0) return { monitor };
      const failure = (await Promise.all(references.map(read))).find(failed => failed !== undefined);
      if (failure !== undefined) return { failure };
      const filled = substitute(monitor, (kind, name) => readValue(values, references, kind, name));
      const credentials = filled.kind === 'http' ? basicCredentials(filled.target) : undefined;
      // In this form no single value is recognised any more.
      if (credentials !== undefined) values.set(`(credentials of ${monitor.id})`, credentials);
      return { monitor: filled };
    },
    clean: observation => withoutHalfSecret(withoutSecrets(observation, values), values),
    cleanText: text => redact(text, values),
  };
}

async function readOnce(
  source: SecretSource,
  reference: Reference,
  values: Map<string, string>,
): Promise<Failure | undefined> {
  try {
    values.set(reference.text, await source.resolve(reference.kind, reference.name));
    return undefined;
  } catch (error) {
    // The name of the error alone: its message is written by others and may quote anything.
    const why = error instanceof Error ? error.name : 'unknown error';
    return { reason: 'secret', detail: `${reference.text} could not be read (${why})` };
  }
}

function readValue(
  values: ReadonlyMap<string, string>,
  references: readonly Reference[],
  kind: ReferenceKind,
  name: string,
): string {
  const text = references.find(reference => reference.kind === kind && reference.name === name)?.text;
  return values.get(text ?? '') ?? '';
}

function withoutSecrets(observation: Observation, values: ReadonlyMap<string, string>): Observation {
  const cleaned = redactObservation(observation, values);
  const { certificate, headers } = cleaned;
  if (values.size === 0 || (certificate === undefined && headers === undefined)) return cleaned;
  const clean = (text: string) => redact(text, values);
  const names = Object.entries(headers ?? {}).map(([name, value]) => [clean(name), value] as const);
  return {
    ...cleaned,
    ...(headers && { headers: Object.fromEntries(names) }),
    ...(certificate && {
      certificate: { ...certificate, subject: clean(certificate.subject), issuer: clean(certificate.issuer) },
    }),
  };
}

/** A body that was cut may end in the first half of a value, which is not found as a whole. */
function withoutHalfSecret(observation: Observation, values: ReadonlyMap<string, string>): Observation {
  const { body, bodyTruncated } = observation;
  if (body === undefined || bodyTruncated !== true) return observation;
  let end = body.length;
  for (const value of values.values()) end = Math.min(end, startOfHalf(body, value));
  return { ...observation, body: body.slice(0, end) };
}

/** Where the longest beginning of `value` starts that `text` ends in; the length of the text when it does not. */
function startOfHalf(text: string, value: string): number {
  const first = value.charAt(0);
  if (first === '') return text.length;
  for (let at = text.indexOf(first, text.length - value.length); at >= 0; at = text.indexOf(first, at + 1)) {
    if (value.startsWith(text.slice(at))) return at;
  }
  return text.length;
}
