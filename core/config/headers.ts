import { REFERENCE_FORMS, referenceProblem, referencesIn } from './references.ts';

/** RFC 9110, section 5.1: a token. */
export const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,200}$/;

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

/** Why a header may not be set, as the rest of a sentence; undefined when it may. */
export function headerNameProblem(name: string): string | undefined {
  return OWN_HEADERS.has(name.toLowerCase()) ? 'is set by the prober and cannot be changed' : undefined;
}

/** Why the value of a header is refused, without ever repeating it; undefined when it is fine. */
export function headerValueProblem(name: string, value: string): string | undefined {
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
