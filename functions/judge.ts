import type { Config, Service } from '../core/config/model.ts';
import type { CheckResult } from '../core/run.ts';
import { isUnseen, ownService } from '../core/sight.ts';
import { emptyState, type ServiceState } from '../core/state.ts';
import { type Decision, step, type WatchedService } from '../core/step.ts';
import { adopt } from './adopt.ts';
import type { Clock, Store } from './ports.ts';

export interface JudgePorts {
  readonly store: Store;
  readonly clock: Clock;
}

/** What counts of a run. */
export interface JudgeableRun {
  readonly slotAt: number;
  readonly results: readonly CheckResult[];
}

export interface Judged {
  /** Every state of the shard as it is stored now. */
  readonly states: readonly ServiceState[];
  readonly decisions: readonly (Decision & { readonly service: string })[];
  /** Of services whose state could not be read or written. */
  readonly errors: readonly Error[];
}

/** Longer than a delivery takes, shorter than the time to the next run. */
const CLAIM_MS = 30_000;

/** How often a lost race for a state is judged anew before the next run takes over. */
const RACES = 5;

/** A state that is empty of all but its past is forgotten after this long: no run that is looked back on knows it. */
const FORGET_MS = 3_600_000;

/**
 * Steps every service through the runs, oldest first, and stores what changed. One service that cannot be judged keeps no
 * other from it.
 */
export async function judge(
  ports: JudgePorts,
  config: Config,
  services: readonly Service[],
  runs: readonly JudgeableRun[],
  request: { readonly shard: number; readonly runner: string },
): Promise<Judged> {
  const stored = new Map((await ports.store.states(request.shard)).map(state => [state.service, state]));
  const adopted = await adopt(ports.store, config, services, request.shard, stored);
  for (const state of adopted) stored.set(state.service, state);
  const watched = [...services, ownService(request.shard), ...retired([...stored.values()], config, request.shard)];
  const outcomes = await Promise.allSettled(
    watched.map(service => judgeService(ports, service, stored.get(service.id), runs, request)),
  );
  const judged = outcomes.flatMap(outcome => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  return {
    states: judged.flatMap(({ state }) => state ?? []),
    decisions: judged.flatMap(({ state, decisions }) =>
      decisions
        .filter(({ decision }) => decision !== 'none')
        .map(decision => ({ service: state?.service ?? '', ...decision })),
    ),
    errors: outcomes.flatMap(outcome => (outcome.status === 'rejected' ? [toError(outcome.reason)] : [])),
  };
}

/** Services that have a state here and are configured nowhere any more: what is open of them ends. */
function retired(states: readonly ServiceState[], config: Config, shard: number): WatchedService[] {
  const configured = new Set([ownService(shard).id, ...config.services.map(service => service.id)]);
  return states
    .filter(({ service }) => !configured.has(service))
    .map(state => ({ id: state.service, name: state.incident?.name ?? state.service, monitors: [] }));
}

/** One service through all runs. A lost race is judged anew from what the winner stored. */
async function judgeService(
  ports: JudgePorts,
  service: WatchedService,
  stored: ServiceState | undefined,
  runs: readonly JudgeableRun[],
  request: { readonly shard: number; readonly runner: string },
): Promise<{ state: ServiceState | undefined; decisions: readonly Decision[] }> {
  let before = stored;
  for (let race = 0; race < RACES; race++) {
    const outcome = stepThrough(service, before ?? emptyState(service.id), runs, request.runner, ports.clock());
    if (outcome.state === before || (before === undefined && outcome.decisions.length === 0)) {
      const forgotten = before !== undefined && (await forget(ports, service, before, runs, request.shard));
      return { state: forgotten ? undefined : before, decisions: [] };
    }
    const saved = await ports.store.saveState(request.shard, outcome.state);
    if (saved !== undefined) return { state: saved, decisions: outcome.decisions };
    before = await ports.store.state(request.shard, service.id);
  }
  return { state: before, decisions: [] };
}

function stepThrough(
  service: WatchedService,
  before: ServiceState,
  runs: readonly JudgeableRun[],
  runner: string,
  now: number,
): { state: ServiceState; decisions: readonly Decision[] } {
  const ids = new Set(service.monitors.map(monitor => monitor.id));
  const claim = { by: runner, untilAt: now + CLAIM_MS };
  let state = before;
  const decisions: Decision[] = [];
  // What was taken out of the service ends now, not at the time of a run that is looked back on.
  const changed = Object.keys(before.monitors).some(id => !ids.has(id));
  for (const [index, { slotAt, results }] of runs.entries()) {
    if (changed && index < runs.length - 1) continue;
    const own = results.filter(result => ids.has(result.monitor) && !isUnseen(result));
    const history = (monitor: string) => historyOf(monitor, runs.slice(0, index + 1));
    const outcome = step({ service, state, slotAt, results: own, history, now, claim });
    if (outcome.state !== state) decisions.push(...outcome.decisions);
    state = outcome.state;
  }
  return { state, decisions };
}

/** The results of a monitor in these runs, newest first. */
function historyOf(monitor: string, runs: readonly JudgeableRun[]): CheckResult[] {
  return runs.flatMap(({ results }) => results.filter(result => result.monitor === monitor)).reverse();
}

/** Drops the state of a service that is watched no more, owes nothing, and that no recent run knows. */
async function forget(
  ports: JudgePorts,
  service: WatchedService,
  state: ServiceState,
  runs: readonly JudgeableRun[],
  shard: number,
): Promise<boolean> {
  const slotAt = runs.at(-1)?.slotAt ?? 0;
  const idle = state.incident === undefined && state.closed.length === 0 && state.outbox.length === 0;
  const old = slotAt - (state.settledAt ?? 0) > FORGET_MS;
  if (service.monitors.length > 0 || !idle || !old) return false;
  return ports.store.dropState(shard, state);
}

function toError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
