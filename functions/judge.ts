import type { Config, Service } from '../core/config/model.ts';
import { withoutChannels } from '../core/outbox.ts';
import { directChannels, type PolicyFacts, policyOf } from '../core/policy.ts';
import type { CheckResult } from '../core/run.ts';
import {
  channelOf,
  channelRefusals,
  channelResults,
  channelService,
  failingChannels,
  isUnseen,
  ownService,
} from '../core/sight.ts';
import type { Silence } from '../core/silence.ts';
import { emptyState, type ServiceState } from '../core/state.ts';
import { type Decision, step, type WatchedService } from '../core/step.ts';
import { tend } from '../core/tend.ts';
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

export interface JudgeRequest {
  readonly shard: number;
  readonly runner: string;
  readonly runEverySeconds: number;
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
 * Steps every service through the runs, oldest first, owes what people must be told by now, and stores what changed. One
 * service that cannot be judged keeps no other from it.
 */
export async function judge(
  ports: JudgePorts,
  config: Config,
  services: readonly Service[],
  runs: readonly JudgeableRun[],
  request: JudgeRequest,
): Promise<Judged> {
  const [states, silences] = await Promise.all([ports.store.states(request.shard), ports.store.silences()]);
  const stored = new Map(states.map(state => [state.service, state]));
  const adopted = await adopt(ports.store, config, services, request.shard, stored);
  for (const state of adopted) stored.set(state.service, state);
  const refusals = channelRefusals([...stored.values()]);
  const failing = failingChannels(refusals);
  const own = ownServices(request.shard, failing, [...stored.keys()]);
  const watched = [...services, ...own, ...retired([...stored.values()], config, own)];
  const stateOf = await dependencies(ports, config, services, stored, runs);
  const context: Context = {
    ports,
    config,
    silences,
    stateOf,
    failing,
    request,
    runs: withOwnResults(runs, own, refusals),
  };
  const outcomes = await Promise.allSettled(
    watched.map(service => judgeService(context, service, stored.get(service.id))),
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

/** What all services of a run are judged with. */
interface Context extends Pick<PolicyFacts, 'config' | 'silences' | 'stateOf' | 'failing'> {
  readonly ports: JudgePorts;
  readonly silences: readonly Silence[];
  readonly request: JudgeRequest;
  readonly runs: readonly JudgeableRun[];
}

/** Services that have a state here and are configured nowhere any more: what is open of them ends. */
function retired(states: readonly ServiceState[], config: Config, own: readonly WatchedService[]): WatchedService[] {
  const configured = new Set([...own, ...config.services].map(({ id }) => id));
  return states
    .filter(({ service }) => !configured.has(service))
    .map(state => ({ id: state.service, name: state.incident?.name ?? state.service, monitors: [] }));
}

/** Tocsin's own services of a shard: its sight, the channels that fail, and those that failed, until they are well again. */
function ownServices(shard: number, failing: ReadonlySet<string>, known: readonly string[]): readonly WatchedService[] {
  const channels = new Set([...failing, ...known.flatMap(service => channelOf(service) ?? [])]);
  return [ownService(shard), ...[...channels].map(channel => channelService(shard, channel))];
}

/** The newest run also says how the channels are. */
function withOwnResults(
  runs: readonly JudgeableRun[],
  own: readonly WatchedService[],
  refusals: ReadonlyMap<string, number>,
): readonly JudgeableRun[] {
  return runs.map((run, index) =>
    index < runs.length - 1
      ? run
      : { ...run, results: [...run.results, ...own.flatMap(service => channelResults(service, run.slotAt, refusals))] },
  );
}

/** How the services are that others depend on: of this shard as this run finds them, of others as they are stored. */
async function dependencies(
  { store, clock }: JudgePorts,
  config: Config,
  services: readonly Service[],
  stored: ReadonlyMap<string, ServiceState>,
  runs: readonly JudgeableRun[],
): Promise<PolicyFacts['stateOf']> {
  const wanted = new Set(services.flatMap(service => service.dependsOn));
  const known = new Map<string, ServiceState>();
  await Promise.all(
    [...wanted].map(async id => {
      const local = services.find(service => service.id === id);
      const home = config.services.find(service => service.id === id)?.shard;
      const state =
        stored.get(id) ?? (home === undefined || local !== undefined ? undefined : await store.state(home, id));
      const now = local === undefined ? state : stepThrough(local, state ?? emptyState(id), runs, clock()).state;
      if (now !== undefined) known.set(id, now);
    }),
  );
  return id => known.get(id);
}

/** One service through all runs. A lost race is judged anew from what the winner stored. */
async function judgeService(
  context: Context,
  service: WatchedService,
  stored: ServiceState | undefined,
): Promise<{ state: ServiceState | undefined; decisions: readonly Decision[] }> {
  const { ports, request, runs } = context;
  let before = stored;
  for (let race = 0; race < RACES; race++) {
    const outcome = decide(context, service, before ?? emptyState(service.id));
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

/** What becomes of a state by now, and what it owes. */
function decide(context: Context, service: WatchedService, before: ServiceState) {
  const { ports, config, runs, request } = context;
  const now = ports.clock();
  const policy = policyOf({ ...context, now }, service.id);
  const claim = { by: request.runner, untilAt: now + CLAIM_MS };
  const secondMs = (request.runEverySeconds * 1000) / 60;
  const channels = new Set(directChannels(config.paging).map(({ id }) => id));
  const known = withoutChannels(before, channel => channels.has(channel), now);
  return stepThrough(service, known, runs, now, (state, history) =>
    tend({ service, state, history, policy, now, claim, secondMs }),
  );
}

type Tending = (state: ServiceState, history: (monitor: string) => readonly CheckResult[]) => ServiceState;

/** @param tending decides after each run what people are told */
function stepThrough(
  service: WatchedService,
  before: ServiceState,
  runs: readonly JudgeableRun[],
  now: number,
  tending: Tending = state => state,
): { state: ServiceState; decisions: readonly Decision[] } {
  const ids = new Set(service.monitors.map(monitor => monitor.id));
  let state = before;
  const decisions: Decision[] = [];
  // What was taken out of the service ends now, not at the time of a run that is looked back on.
  const changed = Object.keys(before.monitors).some(id => !ids.has(id));
  for (const [index, { slotAt, results }] of runs.entries()) {
    if (changed && index < runs.length - 1) continue;
    const own = results.filter(result => ids.has(result.monitor) && !isUnseen(result));
    const history = (monitor: string) => historyOf(monitor, runs.slice(0, index + 1));
    const outcome = step({ service, state, slotAt, results: own, history, now });
    if (outcome.state !== state) decisions.push(...outcome.decisions);
    // What was decided in a run that is looked back on is told of; what only time decides is decided once, by now.
    const news = outcome.state !== state || index === runs.length - 1;
    state = news ? tending(outcome.state, history) : state;
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
