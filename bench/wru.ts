import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { HttpMonitor, Monitor, Service } from '../core/config/model.ts';
import { DEFAULT_PAGING } from '../core/config/paging.ts';
import type { Observation } from '../core/observation.ts';
import { verdict } from '../core/verdict.ts';
import { dynamoStore } from '../functions/adapters/dynamo-store.ts';
import type { Probed } from '../functions/probe-all.ts';
import { type RunPorts, runChecks } from '../functions/run-checks.ts';
import { LAPTOP_AWS, startEngine } from '../local/engine.ts';
import { complain, EXIT, type ExitCode, print, readArguments } from '../local/terminal.ts';

const REACH = 0.02;
const START = Date.parse('2026-11-20T00:00:00Z');
const MINUTE_MS = 60_000;

const HELP = `Usage: npm run bench:wru -- [--monitors N] [--minutes N] [--outages N]

A simulated day of the real run on an embedded DynamoDB, with made-up answers of HTTPS monitors, each probed once a minute.
Counts the write and read units that every request reports, and divides the written ones by the checks. Beside it what
one item a check would have cost: one unit each.

  --monitors N   how many (default 100)
  --minutes N    how long (default 1440)
  --outages N    how many services break for ten minutes in that time (default 10)
  --help         this text

Reach: <= ${REACH} WRU a check. Exits 1 when it is missed.`;

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<ExitCode> {
  const read = readArguments({
    args: [...args],
    options: {
      monitors: { type: 'string', default: '100' },
      minutes: { type: 'string', default: '1440' },
      outages: { type: 'string', default: '10' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if ('problem' in read) {
    complain(`${read.problem}\nTry --help.`);
    return EXIT.badInput;
  }
  if (read.values.help) {
    print(HELP);
    return EXIT.fine;
  }
  const [monitors, minutes, outages] = [read.values.monitors, read.values.minutes, read.values.outages].map(Number);
  if (
    monitors === undefined ||
    minutes === undefined ||
    outages === undefined ||
    !(monitors > 0 && minutes > 0 && outages >= 0)
  ) {
    complain('--monitors, --minutes and --outages must be numbers\nTry --help.');
    return EXIT.badInput;
  }
  return simulateDay(Math.floor(monitors), Math.floor(minutes), Math.floor(outages));
}

interface Units {
  written: number;
  read: number;
  messages: number;
}

async function simulateDay(monitors: number, minutes: number, outages: number): Promise<ExitCode> {
  const engine = await startEngine('tocsin');
  const units: Units = { written: 0, read: 0, messages: 0 };
  const client = new DynamoDBClient({ ...LAPTOP_AWS, endpoint: engine.endpoint });
  countUnits(client, units);
  const services = Array.from({ length: monitors }, (_, index) => service(`service-${index}`));
  let now = START;
  const ports = portsOf(
    client,
    units,
    () => now,
    index => isDown(index, now, monitors, minutes, outages),
  );
  for (let minute = 0; minute < minutes; minute++) {
    now = START + minute * MINUTE_MS;
    const request = { shard: 0, slotAt: now, runEverySeconds: 60, runner: `run-${minute}`, endsAt: now + MINUTE_MS };
    await runChecks(ports, { shards: 1, services, paging: DEFAULT_PAGING }, request);
    if (process.stderr.isTTY && minute % 60 === 0) process.stderr.write(`\r${minute} of ${minutes} minutes`);
  }
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  client.destroy();
  await engine.close();
  return report(monitors * minutes, monitors, minutes, outages, units);
}

function report(checks: number, monitors: number, minutes: number, outages: number, units: Units): ExitCode {
  const perCheck = units.written / checks;
  print(`${monitors} monitors, ${minutes} minutes, ${outages} outages: ${checks} checks, ${units.messages} messages`);
  print(
    `written   ${units.written} WRU, ${perCheck.toFixed(4)} a check, ${(1 / perCheck).toFixed(0)}x less than an item a check`,
  );
  print(`read      ${units.read} RRU, ${(units.read / checks).toFixed(4)} a check`);
  const reached = perCheck <= REACH;
  print(`wru ${perCheck.toFixed(4)} a check (reach <= ${REACH}): ${reached ? 'reached' : 'missed'}`);
  return reached ? EXIT.fine : EXIT.failed;
}

/** Asks every request for its consumed capacity, and adds it up. */
function countUnits(client: DynamoDBClient, units: Units): void {
  client.middlewareStack.add(
    (next, context) => async args => {
      Object.assign(args.input, { ReturnConsumedCapacity: 'TOTAL' });
      const result = await next(args);
      const used = capacityIn(result.output);
      if (/Put|Delete/.test(context.commandName ?? '')) units.written += used;
      else units.read += used;
      return result;
    },
    { step: 'initialize' },
  );
}

function capacityIn(output: object): number {
  const consumed = 'ConsumedCapacity' in output ? output.ConsumedCapacity : undefined;
  if (typeof consumed !== 'object' || consumed === null || !('CapacityUnits' in consumed)) return 0;
  return Number(consumed.CapacityUnits);
}

/** Outages spread over the day, ten minutes each, every one of another service. */
function isDown(index: number, now: number, monitors: number, minutes: number, outages: number): boolean {
  const minute = (now - START) / MINUTE_MS;
  for (let outage = 0; outage < outages; outage++) {
    const from = Math.floor(((outage + 0.5) * minutes) / outages);
    if (index === (outage * 7) % monitors && minute >= from && minute < from + 10) return true;
  }
  return false;
}

function portsOf(
  client: DynamoDBClient,
  units: Units,
  clock: () => number,
  down: (index: number) => boolean,
): RunPorts {
  return {
    store: dynamoStore(client, 'tocsin'),
    clock,
    pause: async () => {},
    links: async () => ({ statusUrl: 'https://status.example' }),
    channels: new Map([
      [
        'topic',
        {
          groups: true,
          async send() {
            units.messages += 1;
            return { accepted: true, text: 'taken' };
          },
        },
      ],
    ]),
    probe: async monitors => monitors.map((monitor, index) => answer(monitor, down(index), clock())),
  };
}

/** An HTTPS answer with the phases and the spread that such answers have. */
function answer(monitor: Monitor, down: boolean, startedAt: number): Probed {
  const spread = () => 0.8 + Math.random() * 0.6;
  const timings = { dnsMs: 3 * spread(), connectMs: 12 * spread(), tlsMs: 25 * spread(), firstByteMs: 40 * spread() };
  const totalMs = timings.dnsMs + timings.connectMs + timings.tlsMs + timings.firstByteMs;
  const status = down ? 503 : 200;
  const observation: Observation = {
    startedAt,
    connected: true,
    status,
    attempts: 1,
    timings: { ...timings, totalMs },
  };
  return { monitor, observation, verdict: verdict(monitor, observation) };
}

function service(id: string): Service {
  const monitor: HttpMonitor = {
    id,
    name: id,
    service: id,
    kind: 'http',
    target: `https://${id}.example/health`,
    method: 'GET',
    headers: {},
    redirects: 5,
    insecureTls: false,
    intervalSeconds: 60,
    timeoutMs: 10_000,
    retries: 0,
    conditions: [],
    degraded: [],
    failureThreshold: 3,
    recoveryThreshold: 2,
    severity: 'error',
    allowPrivate: false,
    tags: [],
  };
  return { id, name: id, dependsOn: [], shard: 0, monitors: [monitor] };
}
