import { createServer as createHttpServer, type ServerResponse } from 'node:http';
import { createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { close, listen } from './listen.ts';

/** What can be wrong with a demo service. */
export const FAULTS = ['ok', 'down', 'slow', 'hang', 'wrong'] as const;
export type Fault = (typeof FAULTS)[number];

export interface DemoService {
  readonly name: string;
  readonly port: number;
  readonly fault: Fault;
}

/** Small services that the shipped `monitors.yaml` watches, each with a fault that can be switched. */
export interface Demo {
  list(): readonly DemoService[];
  /** @returns false when there is no such service */
  set(name: string, fault: Fault): boolean;
  close(): Promise<void>;
}

/** The first of the ports; the services take it and those that follow. */
export const DEMO_PORT = 7801;

const HTTP_SERVICES = [
  { name: 'shop', health: { status: 'UP', stock: 25, version: '1.4.2' } },
  { name: 'checkout', health: { status: 'UP', queue: 3, version: '2.0.1' } },
  { name: 'search', health: { status: 'UP', documents: 18250, version: '0.9.0' } },
] as const;
const PAYMENTS = 'payments';

/** Slow enough to be degraded, fast enough not to time out. */
const SLOW_MS = 600;

/**
 * @param firstPort see `DEMO_PORT`
 * @throws PortTakenError
 */
export async function startDemo(firstPort: number = DEMO_PORT): Promise<Demo> {
  const faults = new Map<string, Fault>();
  const faultOf = (name: string): Fault => faults.get(name) ?? 'ok';
  const servers: Server[] = [];
  const services = [...HTTP_SERVICES.map(({ name }) => name), PAYMENTS].map((name, index) => ({
    name,
    port: firstPort + index,
  }));
  try {
    for (const { name, health } of HTTP_SERVICES) {
      servers.push(createHttpServer((_, response) => answerHttp(response, faultOf(name), health)));
    }
    servers.push(createTcpServer(socket => answerTcp(socket, () => faultOf(PAYMENTS))));
    for (const [index, server] of servers.entries()) await listen(server, firstPort + index);
  } catch (error) {
    await Promise.all(servers.filter(server => server.listening).map(close));
    throw error;
  }
  return {
    list: () => services.map(({ name, port }) => ({ name, port, fault: faultOf(name) })),
    set(name, fault) {
      if (!services.some(service => service.name === name)) return false;
      faults.set(name, fault);
      return true;
    },
    close: async () => {
      await Promise.all(servers.map(close));
    },
  };
}

function answerHttp(response: ServerResponse, fault: Fault, health: object): void {
  const send = (status: number, body: object) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  };
  switch (fault) {
    case 'ok':
      send(200, health);
      break;
    case 'down':
      send(503, { ...health, status: 'DOWN' });
      break;
    case 'wrong':
      send(200, { ...health, status: 'DOWN' });
      break;
    case 'slow':
      setTimeout(() => send(200, health), SLOW_MS);
      break;
    case 'hang':
      break;
  }
}

/** Says PONG to a PING. */
function answerTcp(socket: Socket, fault: () => Fault): void {
  socket.on('error', () => socket.destroy());
  if (fault() === 'down') {
    socket.destroy();
    return;
  }
  socket.on('data', data => {
    if (fault() === 'hang' || !data.toString().startsWith('PING')) return;
    const answer = fault() === 'wrong' ? 'ERROR\n' : 'PONG\n';
    setTimeout(() => socket.end(answer), fault() === 'slow' ? SLOW_MS : 0);
  });
}
