import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startBlackbox } from './probe/blackbox.ts';
import type { TargetReady } from './probe/target.ts';
import type { WorkerOrder, WorkerReport } from './probe/worker.ts';

const HELP = `npm run bench:probe -- [--count N] [--rounds N] [--concurrency N]

CPU time of one probe in microseconds: Tocsin's prober, fetch, and blackbox_exporter when it is installed
(Debian: apt-get install prometheus-blackbox-exporter). Every probe has a fresh connection to a target on loopback
that runs in a process of its own. The ways take turns within a round; the median round counts.

  --count N        probes a way and round (2000)
  --rounds N       rounds (7)
  --concurrency N  probes under way at the same time (50)`;

/** Shares of blackbox_exporter's CPU that Tocsin stays under. */
const REACH = { HTTP: 0.4, HTTPS: 0.8 } as const;
type Scheme = keyof typeof REACH;

interface Way {
  readonly name: string;
  run(order: WorkerOrder): Promise<WorkerReport>;
}

const { values } = parseArgs({
  options: {
    help: { type: 'boolean' },
    count: { type: 'string', default: '2000' },
    rounds: { type: 'string', default: '7' },
    concurrency: { type: 'string', default: '50' },
  },
});
if (values.help) print(HELP);
else await bench(Number(values.count), Number(values.rounds), Number(values.concurrency));

async function bench(count: number, rounds: number, concurrency: number): Promise<void> {
  const target = fork(new URL('./probe/target.ts', import.meta.url));
  const ready: TargetReady = (await once(target, 'message'))[0];
  const urls = { HTTP: `http://127.0.0.1:${ready.httpPort}/`, HTTPS: `https://127.0.0.1:${ready.httpsPort}/` };
  const caFile = join(mkdtempSync(join(tmpdir(), 'tocsin-bench-')), 'ca.pem');
  writeFileSync(caFile, ready.ca);
  const workers = [startWorker('ours', caFile), startWorker('fetch', caFile)] as const;
  const blackbox = await startBlackbox(ready.ca, ready.httpPort === 19_115 ? 19_116 : 19_115);
  const ways: Way[] = [
    { name: 'tocsin', run: order => orderWorker(workers[0], order) },
    { name: 'fetch', run: order => orderWorker(workers[1], order) },
    ...(blackbox ? [{ name: 'blackbox_exporter', run: blackbox.run }] : []),
  ];
  for (const scheme of ['HTTP', 'HTTPS'] as const) {
    report(scheme, await measure(ways, { url: urls[scheme], count, concurrency }, rounds));
  }
  if (blackbox === undefined) print('\nblackbox_exporter  skipped: not installed');
  blackbox?.close();
  for (const child of [target, ...workers]) child.disconnect();
}

/** µs a probe of every way, a round each; the first round warms up and is not counted. */
async function measure(ways: readonly Way[], order: WorkerOrder, rounds: number): Promise<Map<string, number[]>> {
  const micros = new Map<string, number[]>(ways.map(way => [way.name, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const way of ways) {
      const { cpuMicros, failed } = await way.run(order);
      if (failed > 0) console.error(`${way.name}: ${failed} of ${order.count} probes of ${order.url} failed`);
      if (round > 0) micros.get(way.name)?.push(cpuMicros / order.count);
    }
  }
  return micros;
}

function report(scheme: Scheme, micros: Map<string, number[]>): void {
  const base = median(micros.get('blackbox_exporter') ?? []);
  print(`\n${scheme.padEnd(19)}µs a probe   min…max      of blackbox_exporter`);
  for (const [name, rounds] of micros) {
    const spread = `${Math.min(...rounds).toFixed(0)}…${Math.max(...rounds).toFixed(0)}`;
    const ratio = Number.isNaN(base) ? '-' : `${(median(rounds) / base).toFixed(2)}×`;
    print(`${name.padEnd(19)}${median(rounds).toFixed(0).padStart(10)}   ${spread.padEnd(12)} ${ratio}`);
  }
  if (Number.isNaN(base)) return;
  const reached = median(micros.get('tocsin') ?? []) / base;
  const limit = REACH[scheme];
  print(`reach: ${scheme} ≤ ${limit.toFixed(2)}× … ${reached.toFixed(2)}× ${reached <= limit ? 'reached' : 'MISSED'}`);
}

function startWorker(way: string, caFile: string): ChildProcess {
  return fork(new URL('./probe/worker.ts', import.meta.url), [way], {
    env: { ...process.env, NODE_EXTRA_CA_CERTS: caFile },
  });
}

async function orderWorker(worker: ChildProcess, order: WorkerOrder): Promise<WorkerReport> {
  worker.send(order);
  return (await once(worker, 'message'))[0];
}

/** NaN of nothing. */
function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
