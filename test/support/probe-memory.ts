import { createProbe } from '../../functions/adapters/probe/index.ts';
import { httpMonitor } from './probe-monitors.ts';

/** What a child that probed says of itself. */
export interface MemoryReport {
  readonly grownBytes: number;
  readonly observations: readonly {
    readonly status?: number;
    readonly bodyLength?: number;
    readonly reason?: string;
  }[];
}

/** Probes the addresses in `argv`, all at once and several times, and tells by how much its memory peaked. */
const targets = process.argv.slice(2);
const probe = createProbe();
const run = () => Promise.all(targets.map(target => probe(httpMonitor(target, { timeoutMs: 4_000 }), {})));

// Warm: the first probes load code that stays.
const [first = ''] = targets;
for (let round = 0; round < 20; round++) await probe(httpMonitor(first), {});
const before = process.memoryUsage().rss;
let peak = before;
const watch = setInterval(() => {
  peak = Math.max(peak, process.memoryUsage().rss);
}, 5);
let observations = await run();
for (let round = 0; round < 4; round++) observations = await run();
clearInterval(watch);
const report: MemoryReport = {
  grownBytes: Math.max(peak, process.memoryUsage().rss) - before,
  observations: observations.map(({ status, body, failure }) => ({
    ...(status !== undefined && { status }),
    ...(body !== undefined && { bodyLength: body.length }),
    ...(failure && { reason: failure.reason }),
  })),
};
process.send?.(report);
