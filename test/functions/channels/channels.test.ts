import { createHmac } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { createChannels } from '../../../functions/adapters/channels/index.ts';
import { sendChange } from '../../../functions/adapters/channels/pagerduty.ts';
import { createPost } from '../../../functions/adapters/channels/post.ts';
import {
  CLOCK_AT,
  channelOf,
  configsAt,
  nowhere,
  type Received,
  receiver,
  secretsOf,
  secretValues,
} from '../../support/channels.ts';
import { grouped, MESSAGES, outgoing } from '../../support/outgoing.ts';
import { drip, rawHttpTarget, tcpTarget } from '../../support/targets.ts';

type Answer = (response: ServerResponse, request: Received) => void;

/** How each of them says that it has taken a message. */
const TAKEN: Readonly<Record<string, Answer>> = {
  pagerduty: response =>
    response.writeHead(202).end('{"status":"success","message":"Event processed","dedup_key":"checkout"}'),
  slack: response => response.end('ok'),
  teams: response => response.writeHead(202).end(),
  discord: response => response.writeHead(204).end(),
  telegram: response => response.end('{"ok":true,"result":{"message_id":7}}'),
  webhook: response => response.writeHead(201).end('thanks'),
  alertmanager: response => response.end(),
};

const PATHS: Readonly<Record<string, string>> = {
  pagerduty: '/v2/enqueue',
  slack: '/services/T0SECRET/B0SECRET/xoxSECRETxox',
  teams: '/services/T0SECRET/B0SECRET/xoxSECRETxox',
  discord: '/services/T0SECRET/B0SECRET/xoxSECRETxox',
  telegram: '/bot123456:AAH-SECRETtoken_x/sendMessage',
  webhook: '/services/T0SECRET/B0SECRET/xoxSECRETxox',
  alertmanager: '/api/v2/alerts',
};

async function channelAt(type: string, origin: string, deadlineMs?: number) {
  const config = configsAt(origin)[type];
  if (config === undefined) throw new Error(`no configuration of ${type}`);
  return channelOf(config, secretValues(origin), deadlineMs);
}

describe.each(Object.keys(TAKEN))('%s', type => {
  const sendTo = async (answer: Answer | undefined, deadlineMs?: number) => {
    const server = await receiver(answer);
    const channel = await channelAt(type, server.origin, deadlineMs);
    return { receipt: await channel.send(outgoing()), server };
  };

  it('posts JSON to its own place, and tells what the other side said', async () => {
    const { receipt, server } = await sendTo(TAKEN[type]);
    expect(receipt).toMatchObject({ accepted: true, text: expect.stringMatching(/ answered 20[0-4]/) });
    expect(server.received.map(({ path }) => path)).toEqual([PATHS[type]]);
    expect(server.received[0]?.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(JSON.parse(server.received[0]?.body ?? '')).toBeTypeOf('object');
  });

  it.each([400, 401, 403, 404, 410, 413])('takes %i for good: somebody must mend the configuration', async status => {
    const { receipt } = await sendTo(response => response.writeHead(status).end('invalid_payload'));
    expect(receipt).toMatchObject({ accepted: false, permanent: true });
    expect(receipt).not.toHaveProperty('retryAfterMs');
  });

  it('follows no redirect, which would carry a secret elsewhere', async () => {
    const { receipt, server } = await sendTo(response => response.writeHead(307, { location: '/other' }).end());
    expect(receipt).toMatchObject({ accepted: false, permanent: true });
    expect(server.received).toHaveLength(1);
  });

  it.each([
    ['seconds', '7', 7_000],
    ['a date', 'Fri, 20 Nov 2026 10:04:00 GMT', 30_000],
    ['a date that has passed', 'Fri, 20 Nov 2026 10:00:00 GMT', 0],
    ['more than an hour', '86400', 3_600_000],
  ])('waits as long as 429 asks for, in %s', async (_, header, retryAfterMs) => {
    const { receipt } = await sendTo(response => response.writeHead(429, { 'retry-after': header }).end('slow down'));
    expect(receipt).toMatchObject({ accepted: false, retryAfterMs });
    expect(receipt).not.toHaveProperty('permanent');
  });

  it('ignores a Retry-After that is neither', async () => {
    const { receipt } = await sendTo(response => response.writeHead(429, { 'retry-after': 'soon' }).end());
    expect(receipt).toEqual({ accepted: false, error: expect.stringContaining(' answered 429') });
  });

  it('honours Retry-After of 503', async () => {
    const { receipt } = await sendTo(response => response.writeHead(503, { 'retry-after': '2' }).end());
    expect(receipt).toMatchObject({ accepted: false, retryAfterMs: 2_000 });
  });

  it.each([500, 502, 504, 408])('tries again after %i', async status => {
    const { receipt } = await sendTo(response => response.writeHead(status).end('<html>bad gateway</html>'));
    expect(receipt).toEqual({ accepted: false, error: expect.stringContaining(` answered ${status}`) });
  });

  it('tries again when the message was taken and the answer never came', async () => {
    const { receipt, server } = await sendTo(() => {}, 250);
    expect(server.received).toHaveLength(1);
    expect(receipt).toEqual({ accepted: false, error: expect.stringContaining('no complete answer within 250 ms') });
  });

  it('shows an answer on one line, and not all of it', async () => {
    const { receipt } = await sendTo(response => response.writeHead(400).end(`no\r\n\u0007 ${'way '.repeat(1000)}`));
    expect(receipt).toMatchObject({ error: expect.stringMatching(/^[^\p{Cc}]{20,300}$/u) });
  });

  it('shows no secret, whatever the other side quotes (failure 33)', async () => {
    const { receipt } = await sendTo((response, { path, headers, body }) => {
      response.writeHead(400).end(`${path} ${JSON.stringify(headers)} ${body}`.slice(0, 180));
    });
    expect(JSON.stringify(receipt)).not.toContain('SECRET');
  });

  it('says which reference cannot be read, and tries again', async () => {
    const config = configsAt('http://127.0.0.1:1')[type];
    const receipt = await channelOf(config ?? { id: 'x', type: 'sns' }).send(outgoing());
    expect(receipt).toEqual({
      accepted: false,
      error: expect.stringMatching(/\$\{(secret|ssm):[\w/]+\} could not be read \(RangeError\)$/),
    });
  });
});

describe('the post of all channels', () => {
  const slackAt = (origin: string) => channelAt('slack', origin, 300);

  it('tries again when nobody listens', async () => {
    const receipt = await (await slackAt(await nowhere())).send(outgoing());
    expect(receipt).toEqual({ accepted: false, error: expect.stringContaining('Slack: connection refused') });
  });

  it('tries again when the connection is reset', async () => {
    const target = await tcpTarget(socket => socket.once('data', () => socket.resetAndDestroy()));
    const receipt = await (await slackAt(`http://127.0.0.1:${target.port}`)).send(outgoing());
    expect(receipt).toEqual({ accepted: false, error: expect.stringContaining('closed the connection') });
  });

  it.each([
    ['headers that drip', 'HTTP/1.1 200 OK\r\nx-slow: '],
    ['a body that drips', 'HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n'],
  ])('is done at its deadline with %s', async (_, start) => {
    const target = await rawHttpTarget(socket => {
      socket.write(start);
      drip(socket, 20, () => socket.write('a'));
    });
    const beganAt = performance.now();
    const receipt = await (await slackAt(`http://127.0.0.1:${target.port}`)).send(outgoing());
    expect(receipt).toMatchObject({ accepted: false });
    expect(performance.now() - beganAt).toBeLessThan(300 + 250);
  });

  it('reads no more than 64 KiB of an endless answer, which is accepted all the same', async () => {
    const server = await receiver(response => {
      const pour = () => {
        if (!response.destroyed && response.write('x'.repeat(65_536))) setImmediate(pour);
        else response.once('drain', pour);
      };
      pour();
    });
    expect(await (await slackAt(server.origin)).send(outgoing())).toMatchObject({ accepted: true });
  });

  it.each(['http://127.0.0.1:9/x', 'http://10.0.0.1/x', 'http://169.254.169.254/x', 'http://localhost:9/x'])(
    'connects to no private address such as %s unless it may',
    async url => {
      const channels = createChannels([{ id: 'slack', type: 'slack', url: '${secret:url}' }], {
        secrets: secretsOf({ url }),
      });
      expect(await channels.get('slack')?.send(outgoing())).toMatchObject({
        accepted: false,
        permanent: true,
        error: expect.stringContaining('refused without allowPrivate'),
      });
    },
  );

  it('connects to a private address that the configuration allows', async () => {
    const server = await receiver();
    const hook = { id: 'hook', type: 'webhook', url: server.origin, headers: {}, allowPrivate: true } as const;
    const channels = createChannels([hook], { secrets: secretsOf({}), post: createPost({ deadlineMs: 400 }) });
    expect(await channels.get('hook')?.send(outgoing())).toMatchObject({ accepted: true });
  });

  it('says that a secret holds no address, without showing it', async () => {
    const channel = channelOf({ id: 'slack', type: 'slack', url: '${secret:url}' }, { url: 'file:///etc/SECRET' });
    expect(await channel.send(outgoing())).toEqual({
      accepted: false,
      error: 'Slack: the address is not a web address',
      permanent: true,
    });
  });

  it.each([
    ['Discord', 'discord', '{"message": "You are being rate limited.", "retry_after": 1.337, "global": false}', 1337],
    ['Telegram', 'telegram', '{"ok":false,"error_code":429,"parameters":{"retry_after":35}}', 35_000],
  ])('reads how long to wait from the body of %s', async (_, type, body, retryAfterMs) => {
    const server = await receiver(response => response.writeHead(429).end(body));
    const receipt = await (await channelAt(type, server.origin)).send(outgoing());
    expect(receipt).toMatchObject({ accepted: false, retryAfterMs });
  });
});

describe('what is said to whom', () => {
  it('PagerDuty hears of an incident under one key: trigger, acknowledge, resolve', async () => {
    const server = await receiver(TAKEN.pagerduty);
    const channel = await channelAt('pagerduty', server.origin);
    for (const message of [MESSAGES.opened, MESSAGES.acknowledged, MESSAGES.resolved]) await channel.send(message);
    const events = server.received.map(({ body }) => JSON.parse(body));
    expect(events.map(({ event_action }) => event_action)).toEqual(['trigger', 'acknowledge', 'resolve']);
    expect(new Set(events.map(({ dedup_key }) => dedup_key))).toEqual(new Set(['checkout-20261120T100300Z']));
    expect(events[0].routing_key).toBe('R0UT1NGKEYSECRET0123456789abcdef');
  });

  it('PagerDuty hears of a change', async () => {
    const server = await receiver(TAKEN.pagerduty);
    const config = { id: 'pd', type: 'pagerduty', routingKey: '${secret:key}', url: `${server.origin}/` } as const;
    const parts = {
      secrets: secretsOf({ key: 'k' }),
      post: createPost({ allowPrivate: true }),
      clock: () => CLOCK_AT,
    };
    expect(await sendChange(config, parts, 'deployed 1.2.3')).toMatchObject({ accepted: true });
    expect(server.received[0]).toMatchObject({ path: '/v2/change/enqueue' });
    expect(JSON.parse(server.received[0]?.body ?? '')).toEqual({
      routing_key: 'k',
      payload: { summary: 'deployed 1.2.3', source: 'tocsin', timestamp: '2026-11-20T10:03:30.000Z' },
    });
  });

  it('a webhook is signed over the time and the raw body, and carries the key of the message', async () => {
    const server = await receiver();
    await (await channelAt('webhook', server.origin)).send(outgoing());
    const [request] = server.received;
    const [, at, hmac] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(request?.headers['tocsin-signature'])) ?? [];
    const expected = createHmac('sha256', 'SECRET signing key').update(`${at}.${request?.body}`).digest('hex');
    expect({ at: Number(at) * 1000, hmac }).toEqual({ at: CLOCK_AT, hmac: expected });
    expect(request?.headers).toMatchObject({
      'tocsin-key': 'checkout-20261120T100300Z.1',
      'x-api-key': 'R0UT1NGKEYSECRET0123456789abcdef',
    });
  });

  it('a template is sent with its places and its references filled', async () => {
    const server = await receiver();
    const template = '{"say": "{{subject}}", "key": "${secret:key}"}';
    const channel = channelOf(
      { id: 'hook', type: 'webhook', url: server.origin, headers: {}, template },
      { key: 'a "quoted" key' },
    );
    await channel.send(outgoing());
    expect(JSON.parse(server.received[0]?.body ?? '')).toEqual({
      say: 'DOWN Checkout / Checkout API: [STATUS] == 200 (was 503)',
      key: 'a "quoted" key',
    });
  });

  it.each(['slack', 'teams', 'discord', 'telegram'])('%s takes the messages of a group as one', async type => {
    const server = await receiver();
    const channel = await channelAt(type, server.origin);
    await channel.send(grouped(12));
    expect({ groups: channel.groups, sent: server.received.length }).toEqual({ groups: true, sent: 1 });
  });

  it.each(['pagerduty', 'webhook', 'alertmanager'])('%s takes each by its own key', async type => {
    const server = await receiver();
    const channel = await channelAt(type, server.origin);
    await channel.send(grouped(3));
    expect({ groups: channel.groups, sent: server.received.length }).toEqual({ groups: false, sent: 3 });
  });

  it('one by one stops at the first that is refused', async () => {
    const server = await receiver(response => response.writeHead(500).end());
    const receipt = await (await channelAt('pagerduty', server.origin)).send(grouped(3));
    expect({ receipt, sent: server.received.length }).toMatchObject({ receipt: { accepted: false }, sent: 1 });
  });
});
