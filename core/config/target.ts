import { parseIpv4, parseIpv6 } from '../address.ts';
import { quoted } from './complaint.ts';
import { REFERENCE_FORMS, referencesIn } from './references.ts';

/** What is wrong with a target, as the rest of a sentence. */
export interface TargetProblem {
  readonly problem: string;
}

export interface HostPort {
  /** A name in its ASCII form, or an address; IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
}

/** Why the address of an http monitor is refused; undefined when it is fine. References count as some text. */
export function httpTargetProblem(target: string): string | undefined {
  const plain = referencesIn(target).reduce((text, reference) => text.replace(reference.text, 'x'), target);
  if (!/^https?:\/\//i.test(plain)) return `must start with http:// or https://, got ${withoutSecrets(plain)}`;
  if (/[\s\p{Cc}]/u.test(plain)) return 'must not hold spaces or line breaks; write a space as %20';
  if (!URL.canParse(plain)) return `is not a web address: ${withoutSecrets(plain)}`;
  const url = new URL(plain);
  if (url.username === '' && url.password === '') return undefined;
  return `must not hold credentials; put them into a header by reference: ${REFERENCE_FORMS}`;
}

/**
 * Reads `host:port`, or `host` where there is a default port; `[::1]:443` for IPv6. The host is brought into the form that is
 * looked up: lower case, international names in ASCII.
 */
export function parseHostPort(target: string, defaultPort: number | undefined): HostPort | TargetProblem {
  const form = defaultPort === undefined ? 'host:port' : 'host or host:port';
  const scheme = /^[a-z][a-z0-9+.-]*:\/\//i.exec(target);
  if (scheme !== null) return { problem: `must be ${form}, without ${scheme[0]}` };
  if (target.includes('@')) return { problem: `must be ${form}, without credentials` };
  const bare = parseIpv6(target) !== undefined || /^[\da-f]*:[\da-f:]*:[\da-f]*(:\d+)?$/i.test(target);
  if (bare) return { problem: `must have its IPv6 address in brackets, as in [::1]:443, got ${quoted(target)}` };
  const match = /^(\[[^\]\s]+\]|[^\s:/?#[\]]+)(?::(\d{1,6}))?$/.exec(target);
  if (match === null) return { problem: `must be ${form}, got ${quoted(target)}` };
  const port = match[2] === undefined ? defaultPort : Number(match[2]);
  if (port === undefined) return { problem: `must be ${form}, got ${quoted(target)} without a port` };
  if (port < 1 || port > 65_535) return { problem: `must have a port from 1 to 65535, got ${quoted(target)}` };
  const host = canonicalHost(match[1] ?? '');
  return host === undefined ? { problem: `has no valid host: ${quoted(target)}` } : { host, port };
}

/** Why a domain name to be asked for is refused; undefined when it is fine. */
export function domainProblem(name: string): string | undefined {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(name)) return 'must be a domain name, without a scheme';
  if (parseIpv4(name) !== undefined || parseIpv6(name) !== undefined) {
    return `must be a domain name, got the address ${quoted(name)}`;
  }
  const labels = name.replace(/\.$/, '').split('.');
  const valid = name.length <= 254 && labels.every(label => /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/i.test(label));
  return valid ? undefined : `must be a domain name such as example.com, got ${quoted(name)}`;
}

/** Why the address of a DNS server is refused; undefined when it is fine. A name would need a resolver to be found. */
export function resolverProblem(resolver: string): string | undefined {
  const asked = parseIpv6(resolver) === undefined ? resolver : `[${resolver}]`;
  const parsed = parseHostPort(asked, 53);
  const isAddress = 'host' in parsed && (parseIpv4(parsed.host) ?? parseIpv6(parsed.host)) !== undefined;
  return isAddress ? undefined : `must be an address such as 1.1.1.1 or 1.1.1.1:53, got ${quoted(resolver)}`;
}

function canonicalHost(host: string): string | undefined {
  if (!URL.canParse(`http://${host}`)) return undefined;
  const { hostname } = new URL(`http://${host}`);
  const bare = hostname.replace(/^\[|\]$/g, '');
  if (bare !== hostname) return bare;
  return hostname.length <= 253 && /^[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_.])?$/.test(hostname) ? hostname : undefined;
}

/** The part of an address before anything that could be a credential. */
function withoutSecrets(target: string): string {
  return quoted(
    target
      .replace(/\/\/[^/]*@/, '//')
      .replace(/[?#].*$/s, '')
      .replace(/^[^/]*@/, ''),
  );
}
