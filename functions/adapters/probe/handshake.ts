import type { X509Certificate } from 'node:crypto';
import { isIP, type Socket } from 'node:net';
import {
  connect as connectTls,
  createSecureContext,
  getCACertificates,
  type SecureContext,
  type TLSSocket,
} from 'node:tls';
import type { Failure } from '../../../core/observation.ts';
import { guarded, outOfTime } from './attempt.ts';
import { certificateOf, certificateSentence } from './certificate.ts';
import { handshakeFailure } from './failures.ts';
import type { Attempt, Outcome } from './prober.ts';

export interface HandshakeOptions {
  /** The name or IP literal that the certificate must be for, in canonical form. */
  readonly host: string;
  readonly secureContext: SecureContext;
  readonly insecureTls: boolean;
  /** Protocols offered by ALPN. */
  readonly protocols?: readonly string[];
}

/** X25519 first: Node's default key share triples the first flight, and some servers reset on it. */
const CURVES = 'X25519:prime256v1:secp384r1';

/** Makes the context that every probe shares, at first use: loading the root certificates is what costs. */
export function sharedSecureContext(extraCa: readonly string[]): () => SecureContext {
  let context: SecureContext | undefined;
  return () => {
    context ??= createSecureContext({
      ecdhCurve: CURVES,
      ...(extraCa.length > 0 && { ca: [...getCACertificates('default'), ...extraCa] }),
    });
    return context;
  };
}

/**
 * Shakes hands over a connected socket and judges the certificate before a byte is sent over it. Node is told not to
 * reject, so that the expiry of a refused certificate is read all the same.
 */
export function handshake(socket: Socket, options: HandshakeOptions, attempt: Attempt): Promise<Outcome<TLSSocket>> {
  if (attempt.isOver()) return Promise.resolve({ failure: outOfTime() });
  attempt.phase = 'tls';
  const beganMs = performance.now();
  return new Promise((resolve, reject) => {
    const secured = connectTls({
      socket,
      secureContext: options.secureContext,
      rejectUnauthorized: false,
      // An IP address may not be sent as a server name (RFC 6066).
      ...(isIP(options.host) === 0 && { servername: options.host }),
      ...(options.protocols && { ALPNProtocols: [...options.protocols] }),
      // The name is checked below, on the certificate itself.
      checkServerIdentity: () => undefined,
    });
    // Node would turn the whole chain into objects for the check that was just declined: a sixth of a probe's CPU.
    Object.defineProperty(secured, 'getPeerCertificate', { value: () => undefined });
    attempt.onEnd(() => secured.destroy());
    const shaken = () => {
      attempt.seen.timings.tlsMs = performance.now() - beganMs;
      const failure = judge(secured, options, attempt);
      if (failure === undefined) return resolve({ value: secured });
      secured.destroy();
      resolve({ failure });
    };
    secured.once('secureConnect', guarded(reject, shaken));
    // Stays for the life of the socket: an error after the answer is nobody's.
    secured.on('error', error => resolve({ failure: handshakeFailure(error) }));
  });
}

function judge(secured: TLSSocket, options: HandshakeOptions, attempt: Attempt): Failure | undefined {
  const leaf = secured.getPeerX509Certificate();
  if (leaf === undefined)
    return { reason: 'tls', detail: 'the server presented no certificate', code: 'NO_CERTIFICATE' };
  const problem = chainProblem(secured) ?? (isFor(leaf, options.host) ? undefined : 'ERR_TLS_CERT_ALTNAME_INVALID');
  attempt.seen.certificate = certificateOf(leaf, problem);
  if (problem === undefined || options.insecureTls) return undefined;
  return { reason: 'tls', detail: certificateSentence(leaf, problem, options.host, attempt.startedAt), code: problem };
}

function isFor(leaf: X509Certificate, host: string): boolean {
  // A zone (`fe80::1%eth0`) is no part of the address that a certificate is for.
  return (isIP(host) === 0 ? leaf.checkHost(host) : leaf.checkIP(host.replace(/%.*$/, ''))) !== undefined;
}

function chainProblem(secured: TLSSocket): string | undefined {
  if (secured.authorized) return undefined;
  // Documented as an Error; in fact the code as text where there is one.
  const problem: unknown = secured.authorizationError;
  if (typeof problem === 'string') return problem;
  return problem instanceof Error ? problem.message : 'UNKNOWN';
}
