import type { Failure } from '../../../core/observation.ts';
import { codeOf } from './attempt.ts';

/** `192.0.2.7:443`, `[2001:db8::7]:443`. */
export function endpoint(ip: string, port: number): string {
  return ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`;
}

/** No transport connection came about. */
export function connectFailure(error: Error, ip: string, port: number): Failure {
  const where = endpoint(ip, port);
  const code = codeOf(error) ?? 'UNKNOWN';
  if (code === 'ETIMEDOUT') {
    return { reason: 'timeout', detail: `no answer from ${where} to the connection attempt`, code, phase: 'connect' };
  }
  return { reason: 'connect', detail: connectSentence(code, where), code };
}

function connectSentence(code: string, where: string): string {
  switch (code) {
    case 'ECONNREFUSED':
      return `connection refused by ${where}`;
    case 'ECONNRESET':
      return `connection reset by ${where}`;
    case 'ENETUNREACH':
    case 'EHOSTUNREACH':
    case 'EADDRNOTAVAIL':
    case 'EAFNOSUPPORT':
      return `no route to ${where}`;
    case 'EMFILE':
    case 'ENFILE':
      return `no connection to ${where}: too many open files here`;
    default:
      return `no connection to ${where} (${code})`;
  }
}

/** The handshake failed before a certificate could be judged. */
export function handshakeFailure(error: Error): Failure {
  const code = codeOf(error) ?? 'UNKNOWN';
  return { reason: 'tls', detail: handshakeSentence(code), code };
}

function handshakeSentence(code: string): string {
  switch (code) {
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'ERR_SSL_PACKET_LENGTH_TOO_LONG':
      return 'the server does not speak TLS on this port';
    case 'ECONNRESET':
    case 'EPIPE':
      return 'the server closed the connection during the TLS handshake';
    default:
      return `the TLS handshake failed (${code})`;
  }
}

/** The connection stood, and the answer did not come whole. */
export function exchangeFailure(error: Error): Failure {
  const code = codeOf(error) ?? 'UNKNOWN';
  if (code === 'HPE_HEADER_OVERFLOW')
    return { reason: 'protocol', detail: 'the headers of the answer are too large', code };
  if (code.startsWith('HPE_')) return { reason: 'protocol', detail: `the answer is not valid HTTP (${code})`, code };
  if (code.startsWith('ERR_SSL_')) return handshakeFailure(error);
  if (code === 'ECONNRESET' || code === 'EPIPE') {
    return { reason: 'closed', detail: 'the server closed the connection before the answer was complete', code };
  }
  return { reason: 'protocol', detail: `the exchange failed (${code})`, code };
}
