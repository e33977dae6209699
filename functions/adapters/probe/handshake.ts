import type { Socket } from 'node:net';
import { isIP } from 'node:net';
import {
  checkServerIdentity,
  connect as connectTls,
  createSecureContext,
  getCACertificates,
  type PeerCertificate,
  type SecureContext,
  type TLSSocket,
} from 'node:tls';
import { outOfTime } from './attempt.ts';
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
  return new Promise(resolve => {
    let peer: PeerCertificate | undefined;
    const secured = connectTls({
      socket,
      secureContext: options.secureContext,
      rejectUnauthorized: false,
      // An IP address may not be sent as a server name (RFC 6066).
      ...(isIP(options.host) === 0 && { servername: options.host }),
      ...(options.protocols && { ALPNProtocols: [...options.protocols] }),
      checkServerIdentity: (_, certificate) => {
        peer = certificate;
        return checkServerIdentity(options.host, certificate);
      },
    });
    attempt.onEnd(() => secured.destroy());
    secured.once('secureConnect', () => {
      attempt.seen.timings.tlsMs = performance.now() - beganMs;
      const problem = problemOf(secured);
      const certificate = certificateOf(peer ?? secured.getPeerCertificate(), problem);
      attempt.seen.certificate = certificate;
      if (problem === undefined || options.insecureTls) return resolve({ value: secured });
      secured.destroy();
      const names = (peer ?? secured.getPeerCertificate()).subjectaltname;
      const detail = certificateSentence(certificate, problem, options.host, names, attempt.startedAt);
      resolve({ failure: { reason: 'tls', detail, code: problem } });
    });
    // Stays for the life of the socket: an error after the answer is nobody's.
    secured.on('error', error => resolve({ failure: handshakeFailure(error) }));
  });
}

function problemOf(secured: TLSSocket): string | undefined {
  if (secured.authorized) return undefined;
  // Documented as an Error; in fact the code as text where there is one.
  const problem: unknown = secured.authorizationError;
  if (typeof problem === 'string') return problem;
  return problem instanceof Error ? problem.message : 'UNKNOWN';
}
