import type { AddressInfo, Server } from 'node:net';

/** A port that is asked for is taken by another program. */
export class PortTakenError extends Error {
  override readonly name = 'PortTakenError';
}

/**
 * Listens on the loopback address only: nothing of a laptop run can be reached from another machine.
 * @param port 0 picks a free one
 * @returns the port
 * @throws PortTakenError
 */
export function listen(server: Server, port = 0): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' ? new PortTakenError(`port ${port} is in use by another program`) : error);
    });
    server.listen(port, '127.0.0.1', () => {
      // A TCP server that listens has an address of this form; only pipes have another.
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/** Stops listening and ends what is still connected. */
export function close(server: Server & { closeAllConnections?: () => void }): Promise<void> {
  return new Promise(resolve => {
    server.close(() => resolve());
    server.closeAllConnections?.();
  });
}
