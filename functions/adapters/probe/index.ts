import type { Monitor } from '../../../core/config/model.ts';
import type { Observation } from '../../../core/observation.ts';
import { observe } from './attempt.ts';
import { dnsProber } from './dns.ts';
import { sharedSecureContext } from './handshake.ts';
import { httpProber } from './http.ts';
import type { Network, ProbeContext, Prober, Probers } from './prober.ts';
import { addressLookup } from './resolve.ts';
import { tcpProber } from './tcp.ts';
import { tlsProber } from './tls.ts';

/** Asks a monitor's target once. Never rejects: a dead target is an observation with a failure. */
export type Probe = (monitor: Monitor, context: ProbeContext) => Promise<Observation>;

export interface ProbeOptions {
  /** PEM certificates of further authorities to trust. @default none beyond Node's own */
  readonly ca?: readonly string[];
  /** `address` or `address:port` of the DNS servers to ask. @default those of the system */
  readonly resolverServers?: readonly string[];
}

/** The probe over one set of shared parts: a resolver and a TLS context, made at first use. */
export function createProbe(options: ProbeOptions = {}): Probe {
  const network: Network = {
    addressesOf: addressLookup(options.resolverServers),
    resolverServers: options.resolverServers,
    secureContext: sharedSecureContext(options.ca ?? []),
  };
  const probers: Probers = {
    http: httpProber(network),
    tcp: tcpProber(network),
    tls: tlsProber(network),
    dns: dnsProber(network),
  };
  return (monitor, context) => {
    // The registry ties every kind to its own monitor; TypeScript loses that tie when the kind is not known.
    const prober = probers[monitor.kind] as Prober<Monitor>;
    return observe(monitor, context, attempt => prober(monitor, attempt));
  };
}

/** The probe as the functions use it. */
export const probe: Probe = createProbe();
