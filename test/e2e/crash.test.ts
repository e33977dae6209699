import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_PAGING } from '../../core/config/paging.ts';
import { toCheckEnv } from '../../functions/settings.ts';
import { type Engine, LAPTOP_AWS, startEngine } from '../../local/engine.ts';
import { close, listen } from '../../local/listen.ts';
import { httpMonitor, service } from '../support/monitoring.ts';

const SLOT_MS = 60_000;

/** What the test's SNS does with the next message, before it goes back to accepting. */
type Trouble = 'none' | 'kill before it is taken' | 'kill after it was taken' | 'lose the engine';

describe('the check function as processes over an engine on disk', () => {
  let directory: string;
  let engine: Engine;
  let sns: Server;
  let target: Server;
  let environment: Record<string, string>;
  let targetStatus: number;
  let trouble: Trouble;
  let child: ChildProcess | undefined;
  const keys: string[] = [];
  const firstSlotAt = Math.floor(Date.now() / SLOT_MS) * SLOT_MS;

  beforeEach(async () => {
    keys.length = 0;
    trouble = 'none';
    targetStatus = 200;
    directory = mkdtempSync(join(tmpdir(), 'tocsin-crash-'));
    engine = await startEngine('tocsin', join(directory, 'table'));
    target = createServer((_, response) => response.writeHead(targetStatus).end());
    const targetPort = await listen(target);
    sns = createServer((request, response) => void publish(request, response));
    const snsPort = await listen(sns);
    const monitor = httpMonitor('shop', {
      target: `http://127.0.0.1:${targetPort}/`,
      allowPrivate: true,
      failureThreshold: 2,
    });
    const configFile = join(directory, 'config.json');
    writeFileSync(
      configFile,
      JSON.stringify({ shards: 1, services: [service('shop', [monitor])], paging: DEFAULT_PAGING }),
    );
    environment = {
      ...toCheckEnv({
        table: 'tocsin',
        topicArn: 'arn:aws:sns:us-east-1:000000000000:tocsin',
        statusUrl: 'http://127.0.0.1',
        runEverySeconds: 60,
        linkKeySecret: 'tocsin/link-key',
        logLevel: 'error',
      }),
      CONFIG_FILE: configFile,
      AWS_REGION: LAPTOP_AWS.region,
      AWS_ACCESS_KEY_ID: LAPTOP_AWS.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: LAPTOP_AWS.credentials.secretAccessKey,
      AWS_ENDPOINT_URL_SNS: `http://127.0.0.1:${snsPort}`,
    };
  });

  afterEach(async () => {
    await Promise.all([engine.close(), close(sns), close(target)]);
    rmSync(directory, { recursive: true, force: true });
  });

  async function publish(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += chunk;
    const form = new URLSearchParams(body);
    const take = () => keys.push(JSON.parse(JSON.parse(form.get('Message') ?? '{}').default).key);
    const now = trouble;
    trouble = 'none';
    if (now === 'kill before it is taken') {
      child?.kill('SIGKILL');
      return;
    }
    take();
    if (now === 'kill after it was taken') {
      child?.kill('SIGKILL');
      return;
    }
    if (now === 'lose the engine') await engine.close();
    const result = '<PublishResult><MessageId>1</MessageId></PublishResult>';
    response.writeHead(200, { 'content-type': 'text/xml' });
    response.end(`<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">${result}</PublishResponse>`);
  }

  /** One invocation for the slot of this minute, with the clock of that minute. @returns whether it ended well */
  function run(minute: number): Promise<boolean> {
    const slot = new Date(firstSlotAt + minute * SLOT_MS).toISOString();
    const script = join(import.meta.dirname, '../support/one-run.ts');
    return new Promise(resolve => {
      child = spawn(process.execPath, [script, slot, String(minute * SLOT_MS)], {
        env: { ...environment, AWS_ENDPOINT_URL_DYNAMODB: engine.endpoint },
        stdio: 'ignore',
      });
      child.once('exit', code => resolve(code === 0));
    });
  }

  /** Up, then down twice: the run of minute 2 pages, in this kind of trouble. */
  async function breakDuring(kind: Trouble): Promise<boolean> {
    await run(0);
    targetStatus = 503;
    await run(1);
    trouble = kind;
    return run(2);
  }

  it('a process killed between write and publish: the next run delivers the page, once', async () => {
    expect(await breakDuring('kill before it is taken')).toBe(false);
    expect(keys).toEqual([]);
    expect(await run(3)).toBe(true);
    expect(await run(4)).toBe(true);
    expect(keys).toEqual([expect.stringMatching(/^shop-\d{8}T\d{6}Z\.1$/)]);
  });

  it('a process killed after publish: the page is repeated with its own key, and with no other', async () => {
    expect(await breakDuring('kill after it was taken')).toBe(false);
    expect(await run(3)).toBe(true);
    expect(await run(4)).toBe(true);
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(1);
  });

  it('an engine lost between publish and record: the page is repeated with its own key, and with no other', async () => {
    expect(await breakDuring('lose the engine')).toBe(false);
    engine = await startEngine('tocsin', join(directory, 'table'));
    expect(await run(3)).toBe(true);
    expect(await run(4)).toBe(true);
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(1);
  });

  it('and after each of them the resolve follows, once', async () => {
    await breakDuring('kill before it is taken');
    await run(3);
    targetStatus = 200;
    for (const minute of [4, 5, 6]) await run(minute);
    expect(keys.map(key => key.split('.')[1])).toEqual(['1', '2']);
    expect(new Set(keys.map(key => key.split('.')[0])).size).toBe(1);
  });
});
