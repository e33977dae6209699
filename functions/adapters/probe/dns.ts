import type { CaaRecord, MxRecord, Resolver, SoaRecord, SrvRecord } from 'node:dns';
import { isIP } from 'node:net';
import type { DnsMonitor, DnsRecordType } from '../../../core/config/model.ts';
import type { Failure } from '../../../core/observation.ts';
import { codeOf, guarded } from './attempt.ts';
import { endpoint } from './failures.ts';
import type { Attempt, Network, Outcome, Prober } from './prober.ts';
import { newResolver } from './resolve.ts';

/**
 * Asks a DNS server for one record type. Whatever a server answers, `NXDOMAIN` and `SERVFAIL` too, is an answer; only
 * silence is a failure. A server that the monitor names is vetted like any target; the system's own, which is private
 * in every cloud, is not.
 */
export function dnsProber(network: Network): Prober<DnsMonitor> {
  return async (monitor, attempt) => {
    const servers = await serversFor(monitor, network, attempt);
    if (servers.failure) return servers.failure;
    const resolver = newResolver(servers.value);
    attempt.onEnd(() => resolver.cancel());
    attempt.phase = 'dns';
    const beganMs = performance.now();
    const reply = await ask(resolver, monitor.target, monitor.recordType);
    attempt.seen.timings.dnsMs = performance.now() - beganMs;
    const rcode = reply.code === undefined ? 'NOERROR' : RCODES[reply.code];
    if (rcode === undefined) return silence(reply.code ?? 'UNKNOWN', monitor.target);
    attempt.seen.connected = true;
    attempt.seen.dns = { rcode, answers: reply.answers };
    attempt.seen.body = reply.answers.join('\n');
    return undefined;
  };
}

/** What c-ares makes of the codes of an answer. `ENODATA`: the name exists, and has no such record. */
const RCODES: Readonly<Record<string, string>> = {
  ENODATA: 'NOERROR',
  ENOTFOUND: 'NXDOMAIN',
  ESERVFAIL: 'SERVFAIL',
  EREFUSED: 'REFUSED',
  EFORMERR: 'FORMERR',
  ENOTIMP: 'NOTIMP',
};

async function serversFor(
  monitor: DnsMonitor,
  network: Network,
  attempt: Attempt,
): Promise<Outcome<readonly string[] | undefined>> {
  if (monitor.resolver === undefined) return { value: network.resolverServers };
  const { host, port } = splitServer(monitor.resolver);
  const addresses = await network.addressesOf(host, attempt);
  if (addresses.failure) return addresses;
  const [ip] = addresses.value;
  if (ip !== undefined) attempt.seen.ip = ip;
  return { value: addresses.value.map(address => endpoint(address, port)) };
}

/** `192.0.2.53`, `192.0.2.53:5353`, `[2001:db8::53]:5353`, `2001:db8::53`, `ns1.example:53`. */
function splitServer(server: string): { readonly host: string; readonly port: number } {
  const [, host, port] = /^(\[[^\]]+\]|[^:]+)(?::(\d{1,5}))?$/.exec(server) ?? [];
  return host === undefined ? { host: server, port: 53 } : { host, port: Number(port ?? 53) };
}

interface Reply {
  readonly answers: readonly string[];
  readonly code: string | undefined;
}

function ask(resolver: Resolver, name: string, type: DnsRecordType): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const reply = (error: Error | null, answers: readonly string[] | undefined) =>
      resolve({ answers: [...(answers ?? [])].sort(), code: error ? (codeOf(error) ?? 'UNKNOWN') : undefined });
    const each = <T>(line: (record: T) => string) =>
      guarded(reject, (error: Error | null, records: readonly T[] | undefined) => reply(error, records?.map(line)));
    switch (type) {
      case 'A':
        return resolver.resolve4(name, reply);
      case 'AAAA':
        return resolver.resolve6(name, reply);
      case 'CNAME':
        return resolver.resolveCname(name, reply);
      case 'NS':
        return resolver.resolveNs(name, reply);
      case 'PTR':
        return isIP(name) === 0 ? resolver.resolvePtr(name, reply) : resolver.reverse(name, reply);
      case 'MX':
        return resolver.resolveMx(name, each(mxLine));
      case 'TXT':
        return resolver.resolveTxt(name, each(joined));
      case 'SRV':
        return resolver.resolveSrv(name, each(srvLine));
      case 'SOA':
        return resolver.resolveSoa(name, (error, soa) => reply(error, error ? [] : [soaLine(soa)]));
      case 'CAA':
        return resolver.resolveCaa(name, each(caaLine));
      default:
        return type satisfies never;
    }
  });
}

function mxLine(mx: MxRecord): string {
  return `${mx.priority} ${mx.exchange}`;
}

function srvLine(srv: SrvRecord): string {
  return `${srv.priority} ${srv.weight} ${srv.port} ${srv.name}`;
}

/** A long text travels in pieces of 255 bytes. */
function joined(pieces: readonly string[]): string {
  return pieces.join('');
}

function soaLine(soa: SoaRecord): string {
  const { nsname, hostmaster, serial, refresh, retry, expire, minttl } = soa;
  return [nsname, hostmaster, serial, refresh, retry, expire, minttl].join(' ');
}

/** `0 issue "ca.example"`: Node keeps the tag as the name of the property. */
function caaLine(record: CaaRecord): string {
  const [tag, value] = Object.entries(record).find(([key]) => key !== 'critical' && key !== 'type') ?? ['', ''];
  return `${record.critical} ${tag} "${value}"`;
}

function silence(code: string, name: string): Failure {
  switch (code) {
    case 'ETIMEOUT':
      return { reason: 'timeout', detail: `no DNS server answered for ${name}`, code, phase: 'dns' };
    case 'ECONNREFUSED':
      return { reason: 'dns', detail: 'the DNS server refused the connection', code };
    case 'EBADNAME':
      return { reason: 'dns', detail: `${name} is not a domain name`, code };
    case 'EBADRESP':
      return { reason: 'protocol', detail: 'the DNS server answered something that is not DNS', code };
    default:
      return { reason: 'dns', detail: `the DNS server could not be asked (${code})`, code };
  }
}
