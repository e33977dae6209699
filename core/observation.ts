/**
 * Why a probe did not get its answer.
 * - `secret`: a referenced secret could not be read, so nothing was asked
 * - `not-measured`: the run had no time left for it
 * - `denied`: the target's address lies in a range that is refused without `allowPrivate`
 * - `dns`, `connect`, `tls`, `protocol`, `redirect`: the phase that failed
 * - `timeout`: the deadline passed; `phase` tells in which phase
 * - `closed`: the connection ended before the answer did
 * - `expect`: a tcp target answered something else than `expect`
 */
export type FailureReason =
  | 'dns'
  | 'denied'
  | 'connect'
  | 'tls'
  | 'timeout'
  | 'closed'
  | 'protocol'
  | 'redirect'
  | 'expect'
  | 'secret'
  | 'not-measured';

/** The phases of a probe, in their order. */
export type Phase = 'dns' | 'connect' | 'tls' | 'firstByte' | 'body';

/** A dead host is a value, not an exception. */
export interface Failure {
  readonly reason: FailureReason;
  /** A sentence fragment for people, secrets already redacted: `connection refused by 192.0.2.7:443`. */
  readonly detail: string;
  /** The system's code where there is one: `ECONNREFUSED`, `ENETUNREACH`, `CERT_HAS_EXPIRED`, `ETIMEOUT`. */
  readonly code?: string;
  /** The phase a timeout happened in. */
  readonly phase?: Phase;
}

/**
 * Durations of the phases in milliseconds, fractions kept; a phase that did not happen is absent. After redirects
 * the phases are those of the last hop, `totalMs` covers all hops.
 */
export interface Timings {
  readonly dnsMs?: number;
  readonly connectMs?: number;
  readonly tlsMs?: number;
  /** From the request being sent to the first byte of the answer. */
  readonly firstByteMs?: number;
  readonly totalMs: number;
}

/** The leaf certificate as it was presented, read even when its chain was refused. */
export interface Certificate {
  readonly validToAt: number;
  readonly subject: string;
  readonly issuer: string;
  /** Chain and host name verified. */
  readonly trusted: boolean;
  /** Node's code when it is not: `CERT_HAS_EXPIRED`, `DEPTH_ZERO_SELF_SIGNED_CERT`, `ERR_TLS_CERT_ALTNAME_INVALID`. */
  readonly problem?: string;
}

/** What was seen: facts with timings and a typed failure reason, no opinion. Of the last attempt. */
export interface Observation {
  /** When the attempt started, epoch ms. */
  readonly startedAt: number;
  /** A transport connection stood (for dns: an answer came). */
  readonly connected: boolean;
  readonly failure?: Failure;
  readonly timings: Timings;
  /** The address that was connected to, or tried last. */
  readonly ip?: string;
  /** HTTP status code. */
  readonly status?: number;
  /** Header names in lower case; repeated headers joined by `, `. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The start of the body or of the bytes received, at most 64 KiB, decoded as UTF-8. For dns: the answers, one a line. */
  readonly body?: string;
  /** The body went on beyond what was kept. */
  readonly bodyTruncated?: boolean;
  readonly certificate?: Certificate;
  /** `NOERROR`, `NXDOMAIN`, `SERVFAIL`, … and the answers as text, sorted. */
  readonly dns?: { readonly rcode: string; readonly answers: readonly string[] };
  /** How many attempts were made in this run, this one included. */
  readonly attempts: number;
}
