import { setTimeout as sleep } from 'node:timers/promises';
import type { Monitor } from '../core/config/model.ts';
import type { Failure, Observation } from '../core/observation.ts';
import type { Verdict } from '../core/verdict.ts';
import { outOfTime } from './adapters/probe/attempt.ts';
import type { Probe } from './adapters/probe/index.ts';
import { pacer } from './pace.ts';
import type { Clock } from './ports.ts';
import { type RunSecrets, runSecrets, type SecretSource } from './run-secrets.ts';

/** What a run learnt of one monitor, with no secret in it. */
export interface Probed {
  readonly monitor: Monitor;
  readonly observation: Observation;
  readonly verdict: Verdict;
}

export interface ProbePorts {
  readonly probe: Probe;
  readonly verdict: (monitor: Monitor, observation: Observation) => Verdict;
  readonly secrets: SecretSource;
  readonly clock: Clock;
}

export interface ProbeLimits {
  /**
   * How many probes start in a second. More measure each other: 500 at once are off by 100 ms, at 400 a second by less
   * than 5 ms.
   * @default 400
   */
  readonly startsPerSecond?: number;
  /** When the run must have its answers, epoch ms. */
  readonly deadlineAt: number;
}

const STARTS_PER_SECOND = 400;
const RETRY_PAUSE_MS = 500;
/** Node's timers fire at once beyond it. */
const LONGEST_TIMER_MS = 2_147_483_647;

interface Run {
  readonly ports: ProbePorts;
  readonly secrets: RunSecrets;
  readonly deadlineAt: number;
  readonly turn: () => Promise<void>;
}

/**
 * Probes every monitor, concurrently, and judges what was seen; one answer each, in the order given. While a verdict is
 * down and the monitor has retries left it is asked again. What has no answer at the deadline is `not-measured`; what
 * has one keeps it. Never rejects: the trouble of one monitor stays its own.
 */
export async function probeAll(
  monitors: readonly Monitor[],
  ports: ProbePorts,
  limits: ProbeLimits,
): Promise<readonly Probed[]> {
  const { deadlineAt } = limits;
  const turn = pacer(limits.startsPerSecond ?? STARTS_PER_SECOND, ports.clock, deadlineAt);
  const run: Run = { ports, deadlineAt, turn, secrets: runSecrets(ports.secrets) };
  const ending = new AbortController();
  const remainingMs = Math.min(LONGEST_TIMER_MS, Math.max(0, deadlineAt - ports.clock()));
  const end = sleep(remainingMs, undefined, { signal: ending.signal }).catch(() => undefined);
  try {
    return await Promise.all(monitors.map(monitor => answerOf(monitor, run, end)));
  } finally {
    ending.abort();
  }
}

/** The last answer that came before the end of the run. */
async function answerOf(monitor: Monitor, run: Run, end: Promise<unknown>): Promise<Probed> {
  let latest: Probed | undefined;
  const asking = askUntilSettled(monitor, run, probed => {
    latest = probed;
  });
  try {
    // It keeps its answers on the way; when the run ends first, nobody waits for the rest.
    await Promise.race([asking, end]);
    return latest ?? judged(monitor, unasked(outOfTime(), run), run);
  } catch (error) {
    const detail = run.secrets.cleanText(`could not ask: ${wordsOf(error)}`);
    return latest ?? judged(monitor, unasked({ reason: 'protocol', detail }, run), run);
  }
}

async function askUntilSettled(monitor: Monitor, run: Run, keep: (probed: Probed) => void): Promise<void> {
  const filled = await run.secrets.fill(monitor);
  if ('failure' in filled) return keep(judged(monitor, unasked(filled.failure, run), run));
  for (let attempt = 1; ; attempt++) {
    await run.turn();
    if (run.ports.clock() >= run.deadlineAt) return;
    const observation = await run.ports.probe(filled.monitor, { deadlineAt: run.deadlineAt });
    if (observation.failure?.reason === 'not-measured') return;
    const probed = judged(monitor, { ...run.secrets.clean(observation), attempts: attempt }, run);
    keep(probed);
    if (probed.verdict.verdict !== 'down' || attempt > monitor.retries) return;
    if (run.ports.clock() + RETRY_PAUSE_MS >= run.deadlineAt) return;
    await sleep(RETRY_PAUSE_MS);
  }
}

function judged(monitor: Monitor, observation: Observation, run: Run): Probed {
  try {
    return { monitor, observation, verdict: run.ports.verdict(monitor, observation) };
  } catch (error) {
    const reason = run.secrets.cleanText(`could not be judged: ${wordsOf(error)}`);
    return { monitor, observation, verdict: { verdict: 'unknown', reasons: [reason] } };
  }
}

/** Nothing was asked, and this is why. */
function unasked(failure: Failure, run: Run): Observation {
  return { startedAt: run.ports.clock(), connected: false, failure, timings: { totalMs: 0 }, attempts: 0 };
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
