import { formatDuration } from '../duration.ts';
import type { Observation } from '../observation.ts';
import type { PathStep, Placeholder } from './model.ts';
import { valueAt } from './path.ts';

/**
 * What a placeholder reads. `length` is what `len()` answers: elements of a list, else characters of the text; `shown` is the
 * value for people where it differs from the text. A missing value may tell why.
 */
export type Value =
  | { readonly text: string; readonly length: number; readonly shown?: string }
  | { readonly missing: true; readonly why?: string };

/** The prober keeps 64 KiB; nothing beyond is looked at here either. */
const LONGEST_BODY = 65_536;

/**
 * Reads a placeholder from an observation; never throws. Texts are as in Gatus: milliseconds are whole, a body without a path is
 * trimmed, an object or a list is compact JSON, JSON `null` is missing. Unlike Gatus, a missing certificate, status or header is
 * missing and not 0, and lengths count characters, not bytes.
 */
export function readValue(name: Placeholder, path: readonly PathStep[], observation: Observation): Value {
  switch (name) {
    case 'STATUS':
      return known(observation.status);
    case 'RESPONSE_TIME':
      return known(Math.floor(observation.timings.totalMs));
    case 'BODY':
      return path.length === 0 ? wholeBody(observation) : bodyAt(path, observation);
    case 'IP':
      return known(observation.ip);
    case 'CONNECTED':
      return known(observation.connected);
    case 'CERTIFICATE_EXPIRATION':
      return timeLeft(observation);
    case 'DNS_RCODE':
      return known(observation.dns?.rcode);
    case 'HEADER':
      return header(String(path[0]), observation);
  }
}

function known(value: string | number | boolean | undefined): Value {
  if (value === undefined) return { missing: true };
  const text = String(value);
  return { text, length: characters(text) };
}

function timeLeft(observation: Observation): Value {
  if (observation.certificate === undefined) return { missing: true };
  const leftMs = observation.certificate.validToAt - observation.startedAt;
  const shown = leftMs < 0 ? `expired ${formatDuration(-leftMs)} ago` : formatDuration(leftMs);
  return { text: String(leftMs), length: String(leftMs).length, shown };
}

function header(name: string, observation: Observation): Value {
  const { headers } = observation;
  return headers !== undefined && Object.hasOwn(headers, name) ? known(headers[name]) : { missing: true };
}

function wholeBody(observation: Observation): Value {
  if (observation.body === undefined) return { missing: true };
  const text = observation.body.slice(0, LONGEST_BODY).trim();
  const list = text.startsWith('[') ? jsonBody(observation) : undefined;
  return { text, length: list !== undefined && Array.isArray(list.value) ? list.value.length : characters(text) };
}

function bodyAt(path: readonly PathStep[], observation: Observation): Value {
  if (observation.body === undefined) return { missing: true };
  const json = jsonBody(observation);
  if (json === undefined) return { missing: true, why: whyNotJson(observation) };
  const value = valueAt(json.value, path);
  if (value === undefined || value === null) return { missing: true };
  if (typeof value !== 'object') return known(String(value));
  const text = compactJson(value);
  if (text === undefined) return { missing: true, why: 'nested too deeply' };
  return { text, length: Array.isArray(value) ? value.length : characters(text) };
}

function whyNotJson(observation: Observation): string {
  if (observation.body?.trim() === '') return 'the body is empty';
  return observation.bodyTruncated ? 'the body is longer than what is kept of it' : 'the body is not JSON';
}

/** Parsed bodies, so that many conditions on one observation parse it once. Entries go when their observation does. */
const parsedBodies = new WeakMap<Observation, { readonly value: unknown } | 'not JSON'>();

function jsonBody(observation: Observation): { readonly value: unknown } | undefined {
  let parsed = parsedBodies.get(observation);
  if (parsed === undefined) {
    parsed = parseJson(observation.body ?? '');
    parsedBodies.set(observation, parsed);
  }
  return parsed === 'not JSON' ? undefined : parsed;
}

function parseJson(body: string): { readonly value: unknown } | 'not JSON' {
  if (body.length > LONGEST_BODY) return 'not JSON';
  try {
    return { value: JSON.parse(body) };
  } catch {
    return 'not JSON';
  }
}

/** JSON.parse accepts deeper nesting than JSON.stringify, whose stack overflows. */
function compactJson(value: object): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

function characters(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}
