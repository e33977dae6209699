import { probe } from '../../functions/adapters/probe/index.ts';
import { benchMonitor } from './monitor.ts';

/** What the parent asks for: so many probes, so many at a time. */
export interface WorkerOrder {
  readonly url: string;
  readonly count: number;
  readonly concurrency: number;
}

/** CPU of this whole process meanwhile, and how many probes did not get their 200. */
export interface WorkerReport {
  readonly cpuMicros: number;
  readonly failed: number;
}

/** A process of its own that probes in one way, `ours` or `fetch`, so that its CPU time is that way's. */
const ask = process.argv[2] === 'fetch' ? askByFetch : askByProbe;

process.on('message', async (order: WorkerOrder) => {
  const before = process.cpuUsage();
  const failed = await run(order);
  const used = process.cpuUsage(before);
  const report: WorkerReport = { cpuMicros: used.user + used.system, failed };
  process.send?.(report);
});
process.on('disconnect', () => process.exit());

async function run({ url, count, concurrency }: WorkerOrder): Promise<number> {
  let started = 0;
  let failed = 0;
  const lane = async () => {
    while (started++ < count) if (!(await ask(url))) failed++;
  };
  await Promise.all(Array.from({ length: concurrency }, lane));
  return failed;
}

async function askByProbe(target: string): Promise<boolean> {
  const observation = await probe(benchMonitor(target), {});
  return observation.status === 200 && observation.failure === undefined;
}

async function askByFetch(target: string): Promise<boolean> {
  const response = await fetch(target, { headers: { connection: 'close' }, signal: AbortSignal.timeout(10_000) });
  await response.text();
  return response.status === 200;
}
