import type { SecureContext } from 'node:tls';
import type { DnsMonitor, HttpMonitor, MonitorKind, TcpMonitor, TlsMonitor } from '../../../core/config/model.ts';
import type { Failure, Observation, Phase, Timings } from '../../../core/observation.ts';

/** The monitor of each kind. */
export interface MonitorOf {
  readonly http: HttpMonitor;
  readonly tcp: TcpMonitor;
  readonly tls: TlsMonitor;
  readonly dns: DnsMonitor;
}

/**
 * Asks one target. What it learns it writes into `attempt.seen` as soon as it knows it, so that a deadline tells how far
 * it came; it returns why there was no answer, or undefined. Everything it opens it hands to `attempt.onEnd`.
 */
export type Prober<M> = (monitor: M, attempt: Attempt) => Promise<Failure | undefined>;

/** One line a kind: a missing prober is a compile error. */
export type Probers = { readonly [K in MonitorKind]: Prober<MonitorOf[K]> };

/** What the run grants a probe. */
export interface ProbeContext {
  /** When the run ends, epoch ms. A probe that it cuts short, before the monitor's own timeout, is `not-measured`. */
  readonly deadlineAt?: number;
}

/** One question to one target, with one deadline over all its steps. */
export interface Attempt {
  /** Epoch ms. */
  readonly startedAt: number;
  readonly allowPrivate: boolean;
  readonly seen: Sighting;
  /** The step under way: what a timeout is blamed on. */
  phase: Phase;
  /** Nothing more may be opened. */
  isOver(): boolean;
  /** Runs `release` when the attempt is over, however it ended, the last one first; at once if it already is over. */
  onEnd(release: () => void): void;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** The part of an observation that a prober fills in. */
export type Sighting = Mutable<Omit<Observation, 'startedAt' | 'failure' | 'timings' | 'attempts'>> & {
  readonly timings: Mutable<Omit<Timings, 'totalMs'>>;
};

/** Either what was asked for, or why it did not come. */
export type Outcome<T> = { readonly failure?: undefined; readonly value: T } | { readonly failure: Failure };

/** What probers share: made once, used by all. */
export interface Network {
  /** The vetted addresses of a host name or IP literal, in the order to try them. Never empty. */
  addressesOf(host: string, attempt: Attempt): Promise<Outcome<readonly string[]>>;
  /** The DNS servers to ask when a monitor names none; undefined: the system's. */
  readonly resolverServers: readonly string[] | undefined;
  secureContext(): SecureContext;
}
