import type { Condition } from '../condition/model.ts';
import type { Paging } from './paging.ts';

/**
 * What is watched, as plain data: the outcome of parsing `monitors.yaml`, with every default filled in and every
 * condition parsed. It ships to the functions as JSON, so no handler carries the parser. Values may still hold
 * `${ssm:/name}` or `${secret:name}`; they are resolved at probe time and never stored.
 */
export interface Config {
  /** How many shards the services are spread over; each has its own schedule and partition. 1…64. */
  readonly shards: number;
  readonly services: readonly Service[];
  readonly paging: Paging;
}

/** What people own and are paged for: one or more monitors that share one state and one incident at a time. */
export interface Service {
  readonly id: string;
  readonly name: string;
  readonly group?: string;
  /** A web address or a sentence that tells the person on call what to do first. */
  readonly runbook?: string;
  /** Ids of services that this one needs. */
  readonly dependsOn: readonly string[];
  /** Which shard runs it: 0…`shards` - 1. A group stays within one shard. */
  readonly shard: number;
  /** The enabled monitors, in the order of the file. Never empty. */
  readonly monitors: readonly Monitor[];
}

/** More than a deployment of ten thousand monitors needs. */
export const MOST_SHARDS = 64;

/** A service's monitors share one item; this many, all failing, stay far below its limit. */
export const MOST_MONITORS_A_SERVICE = 100;

export const SEVERITIES = ['critical', 'error', 'warning', 'info'] as const;
/** How bad an incident is, worst first; PagerDuty's four words. */
export type Severity = (typeof SEVERITIES)[number];

export const MONITOR_KINDS = ['http', 'tcp', 'tls', 'dns'] as const;
export type MonitorKind = (typeof MONITOR_KINDS)[number];

interface MonitorBase {
  readonly id: string;
  readonly name: string;
  readonly group?: string;
  /** The id of the service it belongs to; its own id when it names none. */
  readonly service: string;
  /** 10…86,400. A run happens once a minute: anything shorter is probed once a run. */
  readonly intervalSeconds: number;
  /** One deadline over name look-up, connect, TLS, headers and body. 100…60,000. */
  readonly timeoutMs: number;
  /** Further attempts inside the same run when the verdict is down. 0…5. */
  readonly retries: number;
  /** All must hold, or the verdict is down. Empty: the kind's own default. */
  readonly conditions: readonly Condition[];
  /** All must hold, or a verdict that is not down is degraded. */
  readonly degraded: readonly Condition[];
  /** Consecutive failures that open an alert. 1…20. */
  readonly failureThreshold: number;
  /** Consecutive successes that close it. 1…20. */
  readonly recoveryThreshold: number;
  readonly severity: Severity;
  /** Allows targets in private, loopback and link-local ranges. */
  readonly allowPrivate: boolean;
  readonly tags: readonly string[];
}

export interface HttpMonitor extends MonitorBase {
  readonly kind: 'http';
  /** `http://` or `https://` address. */
  readonly target: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** How many redirects to follow. 0…5. */
  readonly redirects: number;
  /** Accepts a certificate that is not trusted; expiry is still read. */
  readonly insecureTls: boolean;
}

export interface TcpMonitor extends MonitorBase {
  readonly kind: 'tcp';
  readonly host: string;
  readonly port: number;
  /** Sent once connected. */
  readonly send?: string;
  /** What must come back: a substring of the first bytes received. */
  readonly expect?: string;
}

export interface TlsMonitor extends MonitorBase {
  readonly kind: 'tls';
  readonly host: string;
  readonly port: number;
  readonly insecureTls: boolean;
}

export const DNS_RECORD_TYPES = ['A', 'AAAA', 'CNAME', 'MX', 'NS', 'TXT', 'SOA', 'SRV', 'PTR', 'CAA'] as const;
export type DnsRecordType = (typeof DNS_RECORD_TYPES)[number];

export interface DnsMonitor extends MonitorBase {
  readonly kind: 'dns';
  /** The domain name asked for. */
  readonly target: string;
  readonly recordType: DnsRecordType;
  /** `address` or `address:port` of the server to ask; default: the system's resolver. */
  readonly resolver?: string;
}

/** A thing to watch and how. */
export type Monitor = HttpMonitor | TcpMonitor | TlsMonitor | DnsMonitor;
