import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { DirectChannelConfig } from '../../core/config/paging.ts';
import { createChannels } from '../../functions/adapters/channels/index.ts';
import { createPost } from '../../functions/adapters/channels/post.ts';
import type { Channel } from '../../functions/ports.ts';
import type { SecretSource } from '../../functions/run-secrets.ts';
import { httpTarget } from './targets.ts';

/** A request as the other side saw it. */
export interface Received {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface Receiver {
  readonly origin: string;
  readonly received: readonly Received[];
}

/** A server on loopback that keeps what it is sent and answers as told; 200 `ok` by itself. */
export async function receiver(
  answer: (response: ServerResponse, request: Received) => void = response => response.end('ok'),
): Promise<Receiver> {
  const received: Received[] = [];
  const target = await httpTarget((request, response) => {
    readText(request).then(body => {
      const one = { path: request.url ?? '', headers: request.headers, body };
      received.push(one);
      answer(response, one);
    });
  });
  return { origin: `http://127.0.0.1:${target.port}`, received };
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

/** Secrets by their names; any other cannot be read. */
export function secretsOf(values: Readonly<Record<string, string>>): SecretSource {
  return {
    async resolve(_kind, name) {
      const value = values[name];
      if (value === undefined) throw new RangeError(`no such secret: ${name}`);
      return value;
    },
  };
}

export const CLOCK_AT = Date.parse('2026-11-20T10:03:30Z');

/** One channel that may talk to loopback and does not wait long. */
export function channelOf(
  config: DirectChannelConfig,
  secrets: Readonly<Record<string, string>> = {},
  deadlineMs = 400,
): Channel {
  const post = createPost({ allowPrivate: true, deadlineMs });
  const channel = createChannels([config], { secrets: secretsOf(secrets), post, clock: () => CLOCK_AT }).get(config.id);
  if (channel === undefined) throw new Error('the registry made no channel');
  return channel;
}

/** A configuration of every type that posts, at this address. */
export function configsAt(origin: string): Readonly<Record<string, Exclude<DirectChannelConfig, { type: 'sns' }>>> {
  return {
    pagerduty: { id: 'pd', type: 'pagerduty', routingKey: '${secret:key}', url: origin },
    slack: { id: 'slack', type: 'slack', url: '${secret:url}' },
    teams: { id: 'teams', type: 'teams', url: '${secret:url}' },
    discord: { id: 'discord', type: 'discord', url: '${secret:url}' },
    telegram: { id: 'telegram', type: 'telegram', botToken: '${secret:token}', chatId: '-100123', apiUrl: origin },
    webhook: {
      id: 'hook',
      type: 'webhook',
      url: '${secret:url}',
      headers: { 'X-Api-Key': '${secret:key}' },
      signingSecret: '${ssm:/sign}',
    },
    alertmanager: { id: 'am', type: 'alertmanager', url: origin, headers: { authorization: 'Bearer ${secret:key}' } },
  };
}

/** The values of their references. */
export function secretValues(origin: string) {
  return {
    url: `${origin}/services/T0SECRET/B0SECRET/xoxSECRETxox`,
    key: 'R0UT1NGKEYSECRET0123456789abcdef',
    token: '123456:AAH-SECRETtoken_x',
    '/sign': 'SECRET signing key',
  };
}

/** A server that was closed: connections to it are refused. */
export async function nowhere(): Promise<string> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise(resolve => server.close(resolve));
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
}
