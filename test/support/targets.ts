import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsSocketServer, type TLSSocket } from 'node:tls';
import { onTestFinished } from 'vitest';
import type { Identity } from './certificates.ts';
import { portOf } from './port-of.ts';

/** A server on loopback that ends with its test. */
export interface Target {
  readonly port: number;
  /** Connections accepted so far. */
  connections(): number;
}

interface Where {
  readonly host?: string;
  readonly port?: number;
}

export function httpTarget(answer: RequestListener, where: Where = {}): Promise<Target> {
  return serve(createServer(answer), where);
}

export function httpsTarget(identity: Identity, answer: RequestListener, where: Where = {}): Promise<Target> {
  return serve(createTlsServer(identity, answer), where);
}

/** A server that speaks whatever the test makes it speak. */
export function tcpTarget(converse: (socket: Socket) => void, where: Where = {}): Promise<Target> {
  return serve(createTcpServer(converse), where);
}

/** Like `tcpTarget`, after a TLS handshake. */
export function tlsTarget(identity: Identity, converse: (socket: TLSSocket) => void): Promise<Target> {
  return serve(createTlsSocketServer(identity, converse), {});
}

/** A raw HTTP server: `answer` writes the bytes once the request came. */
export function rawHttpTarget(answer: (socket: Socket) => void): Promise<Target> {
  return tcpTarget(socket => socket.once('data', () => answer(socket)));
}

/** Calls `write` every `everyMs` until the socket is gone. */
export function drip(socket: Socket, everyMs: number, write: () => void): void {
  const timer = setInterval(write, everyMs);
  socket.on('close', () => clearInterval(timer));
}

async function serve(server: Server, { host = '127.0.0.1', port = 0 }: Where): Promise<Target> {
  const open = new Set<Socket>();
  let connections = 0;
  server.on('connection', socket => {
    connections++;
    open.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => open.delete(socket));
  });
  server.on('tlsClientError', () => {});
  server.listen(port, host);
  await once(server, 'listening');
  onTestFinished(async () => {
    for (const socket of open) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  return { port: portOf(server), connections: () => connections };
}

/**
 * A port on `::1` that swallows connection attempts: a process that accepts nothing, its queue filled, so that the
 * system drops whatever else knocks.
 */
export async function blackHole(): Promise<number> {
  const child = fork(new URL('./black-hole.ts', import.meta.url));
  const fillers: Socket[] = [];
  onTestFinished(() => {
    for (const filler of fillers) filler.destroy();
    child.kill('SIGKILL');
  });
  const [port] = await once(child, 'message');
  for (let count = 0; count < 8; count++) {
    const filler = connect({ host: '::1', port });
    filler.on('error', () => {});
    fillers.push(filler);
  }
  await new Promise(resolve => setTimeout(resolve, 200));
  return port;
}
