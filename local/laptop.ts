import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { toCatalog } from '../core/catalog.ts';
import type { Config } from '../core/config/model.ts';
import { CATALOG_FILE, CONFIG_FILE, toApiEnv, toCheckEnv } from '../functions/settings.ts';
import { startAwsStub } from './aws-stub.ts';
import { type Demo, startDemo } from './demo.ts';
import { LAPTOP_AWS, startEngine } from './engine.ts';
import { variableFor } from './environment-secrets.ts';
import { hold } from './hold.ts';
import { close, listen } from './listen.ts';
import { openOutbox } from './outbox.ts';
import { localPages } from './pages.ts';
import { type Schedule, startSchedule } from './schedule.ts';

const TABLE = 'tocsin';
/** The secret that the stub of Secrets Manager is asked for; made anew for each data directory. */
const LINK_KEY = 'tocsin/link-key';
const TOPIC = 'arn:aws:sns:us-east-1:000000000000:tocsin';

/** As long as Lambda would give a run. */
const RUN_MS = 90_000;

export interface LaptopOptions {
  readonly config: Config;
  readonly port: number;
  /** Where to keep table and outbox; in memory without one. */
  readonly dataDirectory?: string;
  readonly everySeconds: number;
  /** The first port of the demo services; without one there is no demo. */
  readonly demoPort?: number;
  /** Told in a line what happens. */
  readonly say: (line: string) => void;
}

/** The whole system, running. */
export interface Laptop {
  readonly url: string;
  readonly demo: Demo | undefined;
  /** Ends the schedule, waits for the runs under way and closes every server, in this order. */
  close(): Promise<void>;
}

/**
 * The second composition root: the same handlers and adapters as in AWS, over an embedded DynamoDB and a stub of SNS.
 * The environment of the process is what a function's would be, with the endpoints pointing here.
 * @throws PortTakenError, HeldError, and what opening the data directory throws
 */
export async function startLaptop(options: LaptopOptions): Promise<Laptop> {
  const closers: (() => Promise<void> | void)[] = [];
  const closeAll = async () => {
    for (const closer of closers.reverse()) await closer();
  };
  try {
    if (options.dataDirectory !== undefined) {
      mkdirSync(options.dataDirectory, { recursive: true });
      closers.push(hold(options.dataDirectory));
    }
    const demo = options.demoPort === undefined ? undefined : await startDemo(options.demoPort);
    if (demo !== undefined) closers.push(() => demo.close());
    const web = createServer();
    const port = await listen(web, options.port);
    closers.push(() => close(web));
    const url = `http://127.0.0.1:${port}`;
    const outbox = openOutbox(fileIn(options.dataDirectory, 'outbox.jsonl'), message =>
      options.say(`paged: ${message.subject}`),
    );
    const key = keyIn(fileIn(options.dataDirectory, 'link-key'));
    const stub = await startAwsStub(outbox, { ...process.env, [variableFor('secret', LINK_KEY)]: key });
    closers.push(() => stub.close());
    const engine = await startEngine(TABLE, fileIn(options.dataDirectory, 'table'));
    closers.push(() => engine.close());
    const data = layDownData(options.config);
    closers.push(() => rmSync(data, { recursive: true, force: true }));
    Object.assign(process.env, environment(options, url, data, engine.endpoint, stub.endpoint));

    // Imported only now: like a Lambda's, their modules read the environment when they load.
    const [{ handler }, { app }] = await Promise.all([import('../functions/check.ts'), import('../functions/api.ts')]);
    web.on('request', getRequestListener(new Hono().route('/_local', localPages(outbox, demo)).route('/', app).fetch));
    const schedule = scheduleRuns(options, handler);
    closers.push(() => schedule.stop());
    return { url, demo, close: closeAll };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

/** The key that signs links: kept with the data, so that links in messages outlive a restart. */
function keyIn(file: string | undefined): string {
  if (file !== undefined && existsSync(file)) return readFileSync(file, 'utf8');
  const key = randomBytes(32).toString('base64url');
  if (file !== undefined) writeFileSync(file, key, { mode: 0o600 });
  return key;
}

function fileIn(directory: string | undefined, name: string): string | undefined {
  return directory === undefined ? undefined : join(directory, name);
}

/** Lays the configuration where the functions read it, as the bundle step does. */
function layDownData(config: Config): string {
  const directory = mkdtempSync(join(tmpdir(), 'tocsin-'));
  writeFileSync(join(directory, CONFIG_FILE), JSON.stringify(config));
  writeFileSync(join(directory, CATALOG_FILE), JSON.stringify(toCatalog(config)));
  return directory;
}

function environment(options: LaptopOptions, url: string, data: string, dynamo: string, stub: string) {
  const { everySeconds: runEverySeconds } = options;
  return {
    ...toCheckEnv({
      table: TABLE,
      topicArn: TOPIC,
      statusUrl: url,
      runEverySeconds,
      linkKeySecret: LINK_KEY,
      logLevel: 'error',
    }),
    ...toApiEnv({ table: TABLE, runEverySeconds, linkKeySecret: LINK_KEY }),
    CONFIG_FILE: join(data, CONFIG_FILE),
    CATALOG_FILE: join(data, CATALOG_FILE),
    AWS_REGION: LAPTOP_AWS.region,
    AWS_ACCESS_KEY_ID: LAPTOP_AWS.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: LAPTOP_AWS.credentials.secretAccessKey,
    AWS_ENDPOINT_URL_DYNAMODB: dynamo,
    AWS_ENDPOINT_URL_SNS: stub,
    AWS_ENDPOINT_URL_SSM: stub,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: stub,
  };
}

function scheduleRuns(options: LaptopOptions, handler: typeof import('../functions/check.ts').handler): Schedule {
  return startSchedule(options.everySeconds, options.config.shards, async (shard, slot) => {
    const endsAt = Date.now() + RUN_MS;
    const context = { awsRequestId: randomUUID(), getRemainingTimeInMillis: () => endsAt - Date.now() };
    try {
      const report = await handler({ shard, slot }, context);
      for (const { service, decision, reason } of report.decisions) options.say(`${decision}: ${service}, ${reason}`);
    } catch (error) {
      // As in AWS: this run failed, the next one goes on from what is stored.
      options.say(`a run failed: ${error instanceof Error ? error.message : String(error)}`);
    }
  });
}
