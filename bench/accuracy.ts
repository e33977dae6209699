import { fork } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { createProbe } from '../functions/adapters/probe/index.ts';
import { probeAll } from '../functions/probe-all.ts';
import { benchMonitor } from './probe/monitor.ts';
import type { TargetReady } from './probe/target.ts';

const HELP = `npm run bench:accuracy -- [--probes N] [--delay MS] [--rounds N]

How wrong the measured response time is when many HTTPS probes are due at once: against a target on loopback that
holds each request for a known time and tells how long exactly, in one run with paced starts and one without, in turn.

  --probes N   probes due at once (500)
  --delay MS   how long the target holds a request (50)
  --rounds N   rounds; the median round of each way is shown (5)`;

/** Milliseconds that the 99th percentile of the error stays under. */
const REACH_P99_MS = 8;

interface Round {
  readonly errorsMs: readonly number[];
  readonly tookMs: number;
}

const { values } = parseArgs({
  options: {
    help: { type: 'boolean' },
    probes: { type: 'string', default: '500' },
    delay: { type: 'string', default: '50' },
    rounds: { type: 'string', default: '5' },
  },
});
if (values.help) print(HELP);
else await bench(Number(values.probes), Number(values.delay), Number(values.rounds));

async function bench(probes: number, delayMs: number, rounds: number): Promise<void> {
  const target = fork(new URL('./probe/target.ts', import.meta.url), [String(delayMs)]);
  const ready: TargetReady = (await once(target, 'message'))[0];
  const probe = createProbe({ ca: [ready.ca] });
  const url = `https://127.0.0.1:${ready.httpsPort}/`;
  const ask = (count: number, startsPerSecond: number | undefined) => round(probe, url, count, startsPerSecond);
  await ask(100, undefined);
  const paced: Round[] = [];
  const atOnce: Round[] = [];
  for (let count = 0; count < rounds; count++) {
    paced.push(await ask(probes, undefined));
    atOnce.push(await ask(probes, Number.POSITIVE_INFINITY));
  }
  print(`${probes} HTTPS probes of a target that takes ${delayMs} ms: error of the response time`);
  print(`${''.padEnd(18)}${['p50 ms', 'p95 ms', 'p99 ms', 'run s'].map(title => title.padStart(9)).join('')}`);
  const p99 = report('paced, 400/s', paced);
  report('all at once', atOnce);
  print(`reach: p99 ≤ ${REACH_P99_MS} ms … ${p99.toFixed(1)} ms ${p99 <= REACH_P99_MS ? 'reached' : 'MISSED'}`);
  target.disconnect();
}

async function round(
  probe: ReturnType<typeof createProbe>,
  url: string,
  count: number,
  startsPerSecond: number | undefined,
): Promise<Round> {
  const monitors = Array.from({ length: count }, () => benchMonitor(url));
  const ports = {
    probe,
    verdict: () => ({ verdict: 'up', reasons: [] }) as const,
    secrets: { resolve: () => Promise.resolve('') },
    clock: Date.now,
  };
  const beganMs = performance.now();
  const deadlineAt = Date.now() + 30_000;
  const answers = await probeAll(monitors, ports, { deadlineAt, ...(startsPerSecond && { startsPerSecond }) });
  const tookMs = performance.now() - beganMs;
  const errorsMs = answers.map(({ observation }) => {
    const heldMs = Number(observation.headers?.['x-held-ms']);
    return Math.abs((observation.timings.firstByteMs ?? Number.NaN) - heldMs);
  });
  const measured = errorsMs.filter(error => !Number.isNaN(error));
  if (measured.length < count) console.error(`${count - measured.length} of ${count} probes failed`);
  return { errorsMs: measured.sort((one, other) => one - other), tookMs };
}

/** Prints the median over the rounds of each percentile; returns that of the 99th. */
function report(name: string, rounds: readonly Round[]): number {
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map(share =>
    median(rounds.map(({ errorsMs }) => percentile(errorsMs, share))),
  );
  const tookSeconds = median(rounds.map(({ tookMs }) => tookMs / 1_000));
  print(
    `${name.padEnd(18)}${[p50, p95, p99, tookSeconds].map(value => (value ?? Number.NaN).toFixed(1).padStart(9)).join('')}`,
  );
  return p99 ?? Number.NaN;
}

/** Nearest rank in sorted numbers. */
function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

function median(numbers: readonly number[]): number {
  return percentile(
    [...numbers].sort((one, other) => one - other),
    0.5,
  );
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
