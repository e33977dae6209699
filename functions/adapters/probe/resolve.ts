import { lookup, Resolver } from 'node:dns';
import { isIP } from 'node:net';
import { classifyAddress } from '../../../core/address.ts';
import type { Failure } from '../../../core/observation.ts';
import { codeOf } from './attempt.ts';
import type { Attempt, Outcome } from './prober.ts';

/** After one address family answered, the other one gets this much longer (RFC 8305 asks for 50 ms; names are far away). */
const OTHER_FAMILY_MS = 250;
/** /etc/hosts answers at once; a system look-up that asks the network again is not waited for. */
const HOSTS_FILE_MS = 1_000;
/** One try of c-ares, which doubles it a retry: with two tries it gives up after about 4.5 s. */
const SERVER_OPTIONS = { timeout: 1_500, tries: 2 };
const MOST_ADDRESSES = 8;

export type AddressesOf = (host: string, attempt: Attempt) => Promise<Outcome<readonly string[]>>;

/**
 * The look-up of all probes: both families through c-ares, which asks its servers concurrently where `dns.lookup` has
 * four threads. Every address found is vetted, and one that is denied refuses the name: a probe connects to nothing
 * but what this returned.
 */
export function addressLookup(servers: readonly string[] | undefined): AddressesOf {
  let resolver: Resolver | undefined;
  return async (host, attempt) => {
    const name = canonicalHost(host);
    if (name === undefined)
      return { failure: { reason: 'dns', detail: `${host} is not a host name`, code: 'EBADNAME' } };
    if (isIP(name) !== 0) return vetted(name, [name], attempt);
    if (isLocalhost(name)) return vetted(name, ['::1', '127.0.0.1'], attempt);

    attempt.phase = 'dns';
    const beganMs = performance.now();
    resolver ??= newResolver(servers);
    let found = await askBothFamilies(resolver, name);
    if (found.addresses.length === 0 && found.code === 'ENOTFOUND') found = await askHostsFile(name, found);
    attempt.seen.timings.dnsMs = performance.now() - beganMs;
    if (found.addresses.length > 0) return vetted(name, found.addresses, attempt);
    // The next look-up reads the system's servers afresh: a laptop may have changed its network.
    if (found.code === 'ETIMEOUT' || found.code === 'ECONNREFUSED') resolver = undefined;
    return { failure: lookupFailure(name, found.code) };
  };
}

export function newResolver(servers: readonly string[] | undefined): Resolver {
  const resolver = new Resolver(SERVER_OPTIONS);
  if (servers !== undefined) resolver.setServers(servers);
  return resolver;
}

/** A host as a URL would write it (`0x7f.1` → `127.0.0.1`, `BÜCHER.example` → `xn--bcher-kva.example`), no brackets, no last dot. */
export function canonicalHost(host: string): string | undefined {
  if (isIP(host) !== 0) return host;
  const bare = host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
  if (isIP(bare) !== 0) return bare;
  if (PLAIN_NAME.test(host)) return host;
  if (/[\s/?#@\\:]/.test(host) || !URL.canParse(`http://${host}/`)) return undefined;
  return new URL(`http://${host}/`).hostname.replace(/\.$/, '') || undefined;
}

/** Lower-case letters first in every label: nothing that a URL would rewrite. */
const PLAIN_NAME = /^[a-z][a-z0-9-]{0,62}(\.[a-z][a-z0-9-]{0,62})*$/;

/** RFC 6761: never asked of a server. */
function isLocalhost(name: string): boolean {
  return name === 'localhost' || name.endsWith('.localhost');
}

interface Found {
  readonly addresses: readonly string[];
  readonly code: string | undefined;
}

function askBothFamilies(resolver: Resolver, name: string): Promise<Found> {
  return new Promise(resolve => {
    const found: { v6?: readonly string[]; v4?: readonly string[] } = {};
    const codes: (string | undefined)[] = [];
    let patience: NodeJS.Timeout | undefined;
    const finish = () => {
      clearTimeout(patience);
      resolve({ addresses: alternate(found.v6 ?? [], found.v4 ?? []), code: worstOf(codes) });
    };
    const take = (family: 'v4' | 'v6') => (error: Error | null, addresses: string[] | undefined) => {
      found[family] = addresses ?? [];
      if (error) codes.push(codeOf(error));
      if (found.v4 && found.v6) finish();
      else if (found[family].length > 0) patience = setTimeout(finish, OTHER_FAMILY_MS);
    };
    resolver.resolve6(name, take('v6'));
    resolver.resolve4(name, take('v4'));
  });
}

/** v6, v4, v6, v4 …: so that a dead family costs one step, not all of them. */
function alternate(v6: readonly string[], v4: readonly string[]): readonly string[] {
  if (v6.length === 0) return v4;
  return Array.from({ length: Math.max(v6.length, v4.length) }, (_, index) => [v6[index], v4[index]])
    .flat()
    .filter(address => address !== undefined);
}

/** A name that one family knows exists: then it merely has no address. Trouble with the servers outranks both. */
function worstOf(codes: readonly (string | undefined)[]): string | undefined {
  return (
    codes.find(code => code !== 'ENOTFOUND' && code !== 'ENODATA') ?? codes.find(code => code === 'ENODATA') ?? codes[0]
  );
}

/** c-ares as used here does not read /etc/hosts: names that no server knows may stand there. */
function askHostsFile(name: string, otherwise: Found): Promise<Found> {
  return new Promise(resolve => {
    const patience = setTimeout(() => resolve(otherwise), HOSTS_FILE_MS);
    lookup(name, { all: true }, (error, addresses) => {
      clearTimeout(patience);
      resolve(error ? otherwise : { addresses: addresses.map(entry => entry.address), code: undefined });
    });
  });
}

function vetted(name: string, addresses: readonly string[], attempt: Attempt): Outcome<readonly string[]> {
  if (!attempt.allowPrivate) {
    for (const address of addresses) {
      const kind = classifyAddress(address);
      if (kind === 'public') continue;
      const what = name === address ? name : `${name} is ${address}, which`;
      return { failure: { reason: 'denied', detail: `${what} is a ${kind} address: refused without allowPrivate` } };
    }
  }
  return { value: addresses.slice(0, MOST_ADDRESSES) };
}

function lookupFailure(name: string, code = 'UNKNOWN'): Failure {
  switch (code) {
    case 'ENOTFOUND':
      return { reason: 'dns', detail: `the name ${name} does not exist`, code };
    case 'ENODATA':
      return { reason: 'dns', detail: `the name ${name} has no address`, code };
    case 'ETIMEOUT':
      return { reason: 'dns', detail: `no DNS server answered for ${name}`, code };
    default:
      return { reason: 'dns', detail: `the look-up of ${name} failed (${code})`, code };
  }
}
