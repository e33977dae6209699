import { connect as connectSocket, type Socket } from 'node:net';
import type { Failure } from '../../../core/observation.ts';
import { outOfTime } from './attempt.ts';
import { connectFailure } from './failures.ts';
import type { Attempt, Outcome } from './prober.ts';

/** RFC 8305: how long an address is tried alone before the next one is tried beside it. */
const NEXT_ADDRESS_MS = 250;

/**
 * Connects to the first of `addresses` that answers, all of them vetted IP literals: no name is looked up here. A black
 * hole costs 250 ms, not the deadline. The socket belongs to the attempt, which destroys it.
 */
export function connect(addresses: readonly string[], port: number, attempt: Attempt): Promise<Outcome<Socket>> {
  if (attempt.isOver()) return Promise.resolve({ failure: outOfTime() });
  attempt.phase = 'connect';
  return new Promise(resolve => {
    const failures: Failure[] = [];
    const sockets: Socket[] = [];
    let nextIndex = 0;
    let patience: NodeJS.Timeout | undefined;
    attempt.onEnd(() => {
      clearTimeout(patience);
      for (const socket of sockets) socket.destroy();
    });

    const tryNext = () => {
      clearTimeout(patience);
      const ip = addresses[nextIndex++];
      if (ip === undefined || attempt.isOver()) return;
      if (nextIndex < addresses.length) patience = setTimeout(tryNext, NEXT_ADDRESS_MS);
      const beganMs = performance.now();
      attempt.seen.ip = ip;
      const socket = connectSocket({ host: ip, port, noDelay: true });
      sockets.push(socket);
      socket.once('connect', () => {
        if (attempt.seen.connected) return;
        clearTimeout(patience);
        for (const other of sockets) if (other !== socket) other.destroy();
        nextIndex = addresses.length;
        attempt.seen.timings.connectMs = performance.now() - beganMs;
        attempt.seen.ip = ip;
        attempt.seen.connected = true;
        resolve({ value: socket });
      });
      // Stays for the life of the socket: an error after the answer is nobody's.
      socket.on('error', error => {
        failures.push(connectFailure(error, ip, port));
        if (failures.length < addresses.length) tryNext();
        else resolve({ failure: mostTelling(failures) });
      });
    };
    tryNext();
  });
}

/** That this machine has no IPv6 says less than how the IPv4 address failed. */
function mostTelling(failures: readonly Failure[]): Failure {
  const ofTarget = failures.filter(failure => !NO_ROUTE.has(failure.code ?? ''));
  return ofTarget.at(-1) ?? failures.at(-1) ?? outOfTime();
}

const NO_ROUTE: ReadonlySet<string> = new Set(['ENETUNREACH', 'EHOSTUNREACH', 'EADDRNOTAVAIL', 'EAFNOSUPPORT']);
