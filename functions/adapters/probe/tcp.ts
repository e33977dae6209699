import type { Socket } from 'node:net';
import type { TcpMonitor } from '../../../core/config/model.ts';
import type { Failure } from '../../../core/observation.ts';
import { outOfTime } from './attempt.ts';
import { connect } from './connect.ts';
import { exchangeFailure } from './failures.ts';
import type { Attempt, Network, Prober } from './prober.ts';

const BYTES_KEPT = 65_536;

/**
 * Connects, sends what there is to send and reads until the expected text came. Without `expect` the first bytes are
 * read when a condition looks at them; otherwise a server that stays silent is not waited for.
 */
export function tcpProber(network: Network): Prober<TcpMonitor> {
  return async (monitor, attempt) => {
    const addresses = await network.addressesOf(monitor.host, attempt);
    if (addresses.failure) return addresses.failure;
    const socket = await connect(addresses.value, monitor.port, attempt);
    if (socket.failure) return socket.failure;
    if (attempt.isOver()) return outOfTime();
    if (monitor.send !== undefined) socket.value.write(monitor.send);
    if (monitor.expect === undefined && !looksAtBody(monitor)) return undefined;
    return receive(socket.value, Buffer.from(monitor.expect ?? ''), attempt);
  };
}

function looksAtBody(monitor: TcpMonitor): boolean {
  return [...monitor.conditions, ...monitor.degraded].some(condition => condition.text.includes('[BODY]'));
}

/** Reads until `expected` came, 64 KiB came, or the server ended. The bytes themselves are not quoted: they are the body. */
function receive(socket: Socket, expected: Buffer, attempt: Attempt): Promise<Failure | undefined> {
  attempt.phase = 'firstByte';
  const sentMs = performance.now();
  const received = Buffer.alloc(BYTES_KEPT);
  let length = 0;
  attempt.onEnd(() => {
    attempt.seen.body = received.toString('utf8', 0, length);
  });
  return new Promise(resolve => {
    socket.on('data', (chunk: Buffer) => {
      if (length === 0) attempt.seen.timings.firstByteMs = performance.now() - sentMs;
      attempt.phase = 'body';
      // What was searched before is not searched again, save for a match that began in it.
      const from = Math.max(0, length - expected.length + 1);
      length += chunk.copy(received, length);
      if (received.subarray(0, length).indexOf(expected, from) >= 0) return resolve(undefined);
      if (length < BYTES_KEPT) return;
      attempt.seen.bodyTruncated = true;
      resolve(missing(`in the first ${BYTES_KEPT} bytes`));
    });
    socket.on('end', () => resolve(length === 0 ? closedSilently() : missing(`in the ${length} bytes that came`)));
    socket.on('error', error => resolve(exchangeFailure(error)));
  });
}

function missing(where: string): Failure {
  return { reason: 'expect', detail: `the expected text did not come ${where}` };
}

function closedSilently(): Failure {
  return { reason: 'closed', detail: 'the server closed the connection without a word' };
}
