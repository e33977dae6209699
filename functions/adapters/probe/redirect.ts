import type { HttpMonitor } from '../../../core/config/model.ts';
import type { Failure } from '../../../core/observation.ts';
import type { Outcome } from './prober.ts';

/** One request of a chain of redirects. */
export interface Hop {
  readonly url: URL;
  readonly method: string;
  /** Names in lower case, values as configured. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string | undefined;
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Configured headers that may follow to another origin. Any other may hold a secret: `x-api-key`, `authorization`. */
const HARMLESS: ReadonlySet<string> = new Set([
  'accept',
  'accept-encoding',
  'accept-language',
  'cache-control',
  'user-agent',
]);
const ABOUT_THE_BODY: ReadonlySet<string> = new Set([
  'content-type',
  'content-length',
  'content-encoding',
  'content-language',
]);

const DEFAULT_HEADERS: Readonly<Record<string, string>> = {
  'user-agent': 'Tocsin (+monitor)',
  accept: '*/*',
  // A decompressor has no cap worth trusting: 172 bytes of brotli become 100 MiB.
  'accept-encoding': 'identity',
};

/** The request as configured. A user and password in the address become basic authentication. */
export function firstHop(monitor: HttpMonitor): Outcome<Hop> {
  // The address is not repeated in the detail: it may hold a secret that was filled in.
  if (!URL.canParse(monitor.target))
    return { failure: { reason: 'protocol', detail: 'the target is not a valid address' } };
  const url = new URL(monitor.target);
  if (!isWeb(url)) return { failure: { reason: 'protocol', detail: `cannot ask ${url.protocol} addresses` } };
  const headers = new Map(Object.entries(DEFAULT_HEADERS));
  const credentials = basicCredentials(monitor.target);
  if (credentials !== undefined) headers.set('authorization', `Basic ${credentials}`);
  for (const [name, value] of Object.entries(monitor.headers)) headers.set(name.toLowerCase(), value);
  return { value: { url, method: monitor.method.toUpperCase(), headers, body: monitor.body } };
}

/** The user and password of an address as basic authentication sends them (RFC 7617); undefined when it has none. */
export function basicCredentials(target: string): string | undefined {
  if (!URL.canParse(target)) return undefined;
  const { username, password } = new URL(target);
  if (username === '' && password === '') return undefined;
  return Buffer.from(`${decoded(username)}:${decoded(password)}`).toString('base64');
}

/** A percent sign that starts no code stands for itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Whether an answer points elsewhere. */
export function isRedirect(status: number, location: string | undefined): location is string {
  return location !== undefined && REDIRECTS.has(status);
}

/**
 * The request that a redirect asks for, or why it is not made. To another origin nothing travels that could be a
 * secret, and from TLS nothing leads back to plain text.
 */
export function nextHop(from: Hop, status: number, location: string): Outcome<Hop> {
  if (!URL.canParse(location, from.url.href)) return refuse('redirected to something that is not an address');
  const url = new URL(location, from.url.href);
  if (!isWeb(url)) return refuse(`redirected to an address that starts with ${url.protocol.slice(0, 20)}`);
  if (from.url.protocol === 'https:' && url.protocol === 'http:') {
    return refuse(`redirected from https to plain http on ${url.host}`);
  }
  const becomesGet = status === 303 ? from.method !== 'HEAD' : status <= 302 && from.method === 'POST';
  const sameOrigin = url.origin === from.url.origin;
  if (!becomesGet && !sameOrigin && from.body !== undefined) {
    return refuse(`redirected with its body to another origin, ${url.host}`);
  }
  const headers = [...from.headers].filter(
    ([name]) => (sameOrigin || HARMLESS.has(name)) && !(becomesGet && ABOUT_THE_BODY.has(name)),
  );
  return {
    value: {
      url,
      method: becomesGet ? 'GET' : from.method,
      headers: new Map(headers),
      body: becomesGet ? undefined : from.body,
    },
  };
}

function isWeb(url: URL): boolean {
  return url.protocol === 'http:' || url.protocol === 'https:';
}

function refuse(detail: string): { readonly failure: Failure } {
  return { failure: { reason: 'redirect', detail } };
}
