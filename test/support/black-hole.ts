import { createServer } from 'node:net';
import { portOf } from './port-of.ts';

/** Listens on `::1` with the shortest queue, tells its port, and stops the only thread that could accept. */
const server = createServer(() => {});
server.listen({ port: 0, host: '::1', backlog: 1 }, () => {
  process.send?.(portOf(server), () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
});
