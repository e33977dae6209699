import type { HttpMonitor, Service } from '../../core/config/model.ts';
import type { CheckResult } from '../../core/run.ts';
import { emptyState, type ServiceState } from '../../core/state.ts';
import { type StepOutcome, step, type WatchedService } from '../../core/step.ts';
import { type Policy, tend } from '../../core/tend.ts';
import type { VerdictWord } from '../../core/verdict.ts';

/** The slot that the stories of the tests begin at, and the minute between two. */
export const START = Date.parse('2026-11-20T10:00:00Z');
export const MINUTE = 60_000;

export function httpMonitor(id: string, changes: Partial<HttpMonitor> = {}): HttpMonitor {
  return {
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
    timeoutMs: 5000,
    retries: 0,
    conditions: [],
    degraded: [],
    failureThreshold: 3,
    recoveryThreshold: 2,
    severity: 'error',
    allowPrivate: false,
    tags: [],
    ...changes,
  };
}

/** A service of these monitors; of one monitor named like itself when none are given. */
export function service(id: string, monitors: readonly HttpMonitor[] = [httpMonitor(id)]): Service {
  return {
    id,
    name: id,
    dependsOn: [],
    shard: 0,
    monitors: monitors.map(monitor => ({ ...monitor, service: id })),
  };
}

export function checkResult(monitor: string, slotAt: number, verdict: VerdictWord): CheckResult {
  return {
    monitor,
    slotAt,
    verdict,
    reasons: verdict === 'up' ? [] : [`[STATUS] == 200 (was ${verdict === 'down' ? 503 : 200})`],
    latencyMs: 12.3,
    phases: { connectMs: 1.02 },
    pointsAtUs: false,
  };
}

/** Everything to the topic, nothing withheld. */
export const TOPIC_POLICY: Policy = {
  route: () => ({ match: {}, channels: ['topic'], escalate: [], notifyOnResolve: true }),
  direct: channels => channels,
  withheld: () => undefined,
  keepsIncidents: () => false,
  hearsAcknowledgements: () => true,
};

const WORDS: Readonly<Record<string, VerdictWord>> = { u: 'up', g: 'degraded', d: 'down', '?': 'unknown' };

/**
 * Plays verdicts, a letter a minute for each monitor: u(p), g (degraded), d(own), ? (unknown), a blank for not due.
 * @returns the outcome of every slot
 */
export function play(
  watched: WatchedService,
  letters: Readonly<Record<string, string>>,
  from: ServiceState = emptyState(watched.id),
  startAt: number = START,
  policy: Policy = TOPIC_POLICY,
): StepOutcome[] {
  const outcomes: StepOutcome[] = [];
  const past: CheckResult[] = [];
  let state = from;
  const length = Math.max(...Object.values(letters).map(word => word.length));
  for (let index = 0; index < length; index++) {
    const slotAt = startAt + index * MINUTE;
    const results = Object.entries(letters).flatMap(([monitor, word]) => {
      const verdict = WORDS[word.charAt(index)];
      return verdict === undefined ? [] : [checkResult(monitor, slotAt, verdict)];
    });
    past.unshift(...results);
    const history = (monitor: string) => past.filter(result => result.monitor === monitor);
    const now = slotAt + 1000;
    const claim = { by: 'test', untilAt: slotAt + 30_000 };
    const { state: stepped, decisions } = step({ service: watched, state, slotAt, results, history, now });
    state = tend({ service: watched, state: stepped, history, now, claim, policy, secondMs: 1000 });
    outcomes.push({ state, decisions });
  }
  return outcomes;
}

/** What was decided in each slot, in a word: `none opened none resolved`. */
export function decisionsOf(outcomes: readonly StepOutcome[]): string {
  return outcomes.map(({ decisions }) => decisions.map(({ decision }) => decision).join('+')).join(' ');
}

export function lastState(outcomes: readonly StepOutcome[]): ServiceState {
  const last = outcomes.at(-1);
  if (last === undefined) throw new Error('nothing was played');
  return last.state;
}
