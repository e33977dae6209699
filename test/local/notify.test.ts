import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nowhere, receiver } from '../support/channels.ts';

const COMMAND = fileURLToPath(new URL('../../local/notify.ts', import.meta.url));

const CONFIG = `
monitors:
  - id: shop
    kind: http
    target: https://shop.example/
channels:
  - { id: chat, type: slack, url: '\${secret:chat/url}' }
  - { id: pager, type: pagerduty, routingKey: '\${ssm:/pager/key}', url: PLACE }
  - { id: duty, type: onCall, rota: main }
onCall:
  - id: main
    zone: Europe/Berlin
    handover: mon 09:00
    from: 2026-01-05
    members: [{ id: alice, email: alice@shop.example }]
`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-notify-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the command as a user does, with the channels at this address. */
function notify(origin: string, ...args: readonly string[]) {
  writeFileSync(join(folder, 'monitors.yaml'), CONFIG.replace('PLACE', origin));
  const env = {
    PATH: process.env.PATH,
    NO_COLOR: '1',
    SECRET_CHAT_URL: `${origin}/services/SECRETpath`,
    SSM_PAGER_KEY: 'SECRETkey',
    AWS_ENDPOINT_URL_SNS: origin,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  };
  return new Promise<{ status: unknown; stdout: string; stderr: string }>(resolve => {
    execFile(process.execPath, [COMMAND, ...args], { cwd: folder, env }, (error, stdout, stderr) =>
      resolve({ status: error === null ? 0 : error.code, stdout, stderr }),
    );
  });
}

const publishAnswer = '<PublishResponse><PublishResult><MessageId>42</MessageId></PublishResult></PublishResponse>';

describe('npm run notify', () => {
  it('sends a test that nobody can take for a real page, and says what came back', async () => {
    const server = await receiver();
    expect(await notify(server.origin, 'chat', '--test')).toEqual({
      status: 0,
      stdout: 'chat (slack) opened: accepted. Slack answered 200: ok\n',
      stderr: '',
    });
    expect(server.received[0]?.body).toContain('only a test by Tocsin: nothing is wrong');
  });

  it('leaves no incident open where incidents are kept', async () => {
    const server = await receiver(response => response.writeHead(202).end('{"status":"success"}'));
    expect((await notify(server.origin, 'pager', '--test')).status).toBe(0);
    const events = server.received.map(({ body }) => JSON.parse(body));
    expect(events.map(({ event_action }) => event_action)).toEqual(['trigger', 'resolve']);
    expect(events[0].dedup_key).toBe(events[1].dedup_key);
  });

  it('tells PagerDuty of a change', async () => {
    const server = await receiver(response => response.writeHead(202).end());
    expect((await notify(server.origin, 'pager', '--change', 'deployed 1.2.3')).status).toBe(0);
    expect(server.received[0]?.path).toBe('/v2/change/enqueue');
  });

  it('publishes to the topic that it is told', async () => {
    const server = await receiver(response => response.writeHead(200).end(publishAnswer));
    const arn = 'arn:aws:sns:eu-central-1:000000000000:tocsin';
    expect(await notify(server.origin, 'topic', '--test', '--topic', arn)).toMatchObject({
      status: 0,
      stdout: 'topic (sns) opened: accepted. SNS message 42\n',
    });
  });

  it('ends with 1 and the answer when it is refused, with --json as JSON', async () => {
    const server = await receiver(response => response.writeHead(404).end('no_service'));
    const { status, stdout } = await notify(server.origin, 'chat', '--test', '--json');
    expect({ status, answer: JSON.parse(stdout) }).toEqual({
      status: 1,
      answer: {
        channel: 'chat',
        type: 'slack',
        accepted: false,
        answers: [{ message: 'opened', accepted: false, error: 'Slack answered 404: no_service', permanent: true }],
      },
    });
  });

  it('ends with 1 when nobody is there, and shows no secret', async () => {
    const { status, stdout, stderr } = await notify(await nowhere(), 'chat', '--test');
    expect(stdout).toMatch(/^chat \(slack\) opened: not accepted, would be tried again\. Slack: connection refused/);
    expect({ status, leaks: (stdout + stderr).includes('SECRET') }).toEqual({ status: 1, leaks: false });
  });

  it.each([
    [['chat'], 'Either --test or --change TEXT'],
    [['--test'], 'Which channel?'],
    [['chat', 'pager', '--test'], 'One channel at a time'],
    [['nobody', '--test'], 'There is no channel nobody; there are topic, chat, pager, duty'],
    [['duty', '--test'], 'duty is whoever is on call: choose one of their channels'],
    [['alice', '--test'], 'alice is an SNS topic: say which by --topic ARN'],
    [['chat', '--change', 'x'], 'chat is of type slack: only pagerduty takes changes'],
    [['chat', '--test', '--config', 'nothing.yaml'], 'nothing.yaml: there is no such file'],
  ])('ends with 2 on %j', async (args, problem) => {
    const { status, stderr } = await notify('http://127.0.0.1:9', ...args);
    expect({ status, problem: stderr.split('\n')[0] }).toEqual({ status: 2, problem });
  });

  it('explains itself', async () => {
    expect(await notify('http://127.0.0.1:9', '--help')).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('Usage: npm run notify -- CHANNEL --test'),
    });
  });
});
