import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { makeAuthority, makeLeaf } from '../../test/support/certificates.ts';

/** What the target tells its parent once it listens. */
export interface TargetReady {
  readonly httpPort: number;
  readonly httpsPort: number;
  /** PEM of the authority that signed its certificate. */
  readonly ca: string;
}

/**
 * A process of its own, so that serving does not count as probing. It answers `ok` after the milliseconds in `argv[2]`,
 * and tells in `x-held-ms` how long it took in fact: a timer is right to the millisecond at best.
 */
const delayMs = Number(process.argv[2] ?? 0);
const ca = makeAuthority('Tocsin bench CA');
const leaf = makeLeaf({ names: ['localhost', '127.0.0.1'] }, ca);
const answer: RequestListener = (_, response) => {
  if (delayMs === 0) return response.end('ok');
  const receivedMs = performance.now();
  setTimeout(() => {
    response.setHeader('x-held-ms', (performance.now() - receivedMs).toFixed(3));
    response.end('ok');
  }, delayMs);
};
const backlog = 4_096;
const plain = createServer(answer).listen({ port: 0, host: '127.0.0.1', backlog });
const secure = createTlsServer(leaf, answer).listen({ port: 0, host: '127.0.0.1', backlog }, () => {
  const ready: TargetReady = { httpPort: portOf(plain.address()), httpsPort: portOf(secure.address()), ca: ca.pem };
  process.send?.(ready);
});
process.on('disconnect', () => process.exit());

function portOf(address: AddressInfo | string | null): number {
  return typeof address === 'object' && address !== null ? address.port : 0;
}
