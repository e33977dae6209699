import type { Socket } from 'node:net';
import type { Observation } from '../../../core/observation.ts';
import { observe } from '../probe/attempt.ts';
import { connect } from '../probe/connect.ts';
import { exchange } from '../probe/exchange.ts';
import { handshake, sharedSecureContext } from '../probe/handshake.ts';
import type { Attempt, Network, Outcome } from '../probe/prober.ts';
import { basicCredentials } from '../probe/redirect.ts';
import { addressLookup, canonicalHost } from '../probe/resolve.ts';

/** One deadline over name look-up, connect, TLS and the whole answer. */
const DEADLINE_MS = 5_000;

export interface PostRequest {
  readonly url: string;
  /** Names in any case. They may replace ours. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
  /** Whether this address may be private; see `PostOptions`. */
  readonly allowPrivate?: boolean;
}

/** Sends one request. Never rejects: what went wrong is in the observation. */
export type Post = (request: PostRequest) => Promise<Observation>;

export interface PostOptions {
  /**
   * Whether addresses in private, loopback and link-local ranges are connected to. An address of a channel comes from
   * the operator, not from a stranger; it is vetted like a probe's all the same, so that a name that was taken over
   * cannot turn pages against what only this network reaches. @default false
   */
  readonly allowPrivate?: boolean;
  /** PEM certificates of further authorities to trust. @default none beyond Node's own */
  readonly ca?: readonly string[];
  /** @default 5,000 */
  readonly deadlineMs?: number;
}

/**
 * The client of all channels, made of the steps of a probe: a connection of its own, because a socket dies while its
 * container is frozen; addresses vetted and pinned; certificates verified; the answer read to 64 KiB; no redirect
 * followed, for it would carry a secret elsewhere.
 */
export function createPost(options: PostOptions = {}): Post {
  const network: Network = {
    addressesOf: addressLookup(undefined),
    resolverServers: undefined,
    secureContext: sharedSecureContext(options.ca ?? []),
  };
  return request => {
    const allowPrivate = options.allowPrivate === true || request.allowPrivate === true;
    return observe({ timeoutMs: options.deadlineMs ?? DEADLINE_MS, allowPrivate }, {}, async attempt => {
      // The address is not repeated in the detail: most are secrets.
      if (!/^https?:/i.test(request.url) || !URL.canParse(request.url))
        return { reason: 'denied', detail: 'the address is not a web address' };
      const url = new URL(request.url);
      const connection = await connectionTo(url, network, attempt);
      if (connection.failure) return connection.failure;
      const hop = { url, method: 'POST', headers: headersOf(request), body: request.body };
      return (await exchange(connection.value, hop, false, attempt)).failure;
    });
  };
}

async function connectionTo(url: URL, network: Network, attempt: Attempt): Promise<Outcome<Socket>> {
  const isTls = url.protocol === 'https:';
  const host = canonicalHost(url.hostname) ?? url.hostname;
  const addresses = await network.addressesOf(host, attempt);
  if (addresses.failure) return addresses;
  const socket = await connect(addresses.value, Number(url.port || (isTls ? 443 : 80)), attempt);
  if (socket.failure || !isTls) return socket;
  const secureContext = network.secureContext();
  return handshake(socket.value, { host, secureContext, insecureTls: false, protocols: ['http/1.1'] }, attempt);
}

function headersOf(request: PostRequest): ReadonlyMap<string, string> {
  const credentials = basicCredentials(request.url);
  const headers = new Map([
    ['user-agent', 'Tocsin (+channel)'],
    ['content-type', 'application/json; charset=utf-8'],
    ['accept', '*/*'],
    // A decompressor has no cap worth trusting.
    ['accept-encoding', 'identity'],
  ]);
  if (credentials !== undefined) headers.set('authorization', `Basic ${credentials}`);
  for (const [name, value] of Object.entries(request.headers ?? {})) headers.set(name.toLowerCase(), value);
  return headers;
}
