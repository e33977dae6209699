import type { Complaint, ConfigPath } from './complaint.ts';
import { REFERENCE_FORMS, referenceProblem, referencesIn } from './references.ts';

/** RFC 9110, section 5.1: a token. */
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,200}$/;

/** What frames the message or the connection belongs to the prober. */
const OWN_HEADERS = new Set([
  'connection',
  'content-length',
  'transfer-encoding',
  'upgrade',
  'te',
  'trailer',
  'expect',
]);
/** Headers whose value is a secret by definition. */
const SECRET_HEADERS = new Set(['authorization', 'proxy-authorization', 'cookie', 'x-api-key']);

/**
 * What is wrong with request headers, without ever repeating a value.
 * @param sender who sets the headers that frame the message.
 */
export function headerComplaints(
  headers: Readonly<Record<string, string>>,
  path: ConfigPath,
  sender = 'the prober',
): readonly Complaint[] {
  return Object.entries(headers).flatMap(([name, value]) => {
    const message = nameProblem(name, sender) ?? valueProblem(name, value);
    return message === undefined ? [] : [{ path: [...path, name], message }];
  });
}

function nameProblem(name: string, sender: string): string | undefined {
  if (!HEADER_NAME.test(name)) return 'is not a header name';
  return OWN_HEADERS.has(name.toLowerCase()) ? `is set by ${sender} and cannot be changed` : undefined;
}

function valueProblem(name: string, value: string): string | undefined {
  if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) return 'must be one line of Latin characters';
  const problem = referenceProblem(value);
  if (problem !== undefined) return problem;
  const inTheOpen = SECRET_HEADERS.has(name.toLowerCase()) && referencesIn(value).length === 0;
  return inTheOpen ? `must hold its secret by reference: ${REFERENCE_FORMS}` : undefined;
}

/** Both sets of headers; where names meet, whatever their case, the second wins. */
export function mergeHeaders(
  first: Readonly<Record<string, string>>,
  second: Readonly<Record<string, string>>,
): Record<string, string> {
  const taken = new Set(Object.keys(second).map(name => name.toLowerCase()));
  const kept = Object.entries(first).filter(([name]) => !taken.has(name.toLowerCase()));
  return { ...Object.fromEntries(kept), ...second };
}
