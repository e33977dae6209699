import type { Config, Monitor, Service } from '../core/config/model.ts';
import { type CheckResult, composeRun, measuredIn, newestResults, RECENT_RUNS, type Run } from '../core/run.ts';
import { blindness, isOwn, ownResults, ownService, unseen } from '../core/sight.ts';
import { isDue } from '../core/slot.ts';
import { emptyState, type ServiceState } from '../core/state.ts';
import { type Decision, step, type WatchedService } from '../core/step.ts';
import type { DeliverPorts, Delivery } from './deliver.ts';
import { deliver } from './deliver.ts';
import type { Probed } from './probe-all.ts';

export interface RunPorts extends DeliverPorts {
  /** Probes these monitors, concurrently; one answer each, in their order. */
  readonly probe: (monitors: readonly Monitor[]) => Promise<readonly Probed[]>;
}

/** The run that is asked for. */
export interface RunRequest {
  readonly shard: number;
  readonly slotAt: number;
  readonly runEverySeconds: number;
  /** Names this execution among the copies of the run. */
  readonly runner: string;
}

/** What a run came to, for the log and the tests. */
export interface RunReport {
  readonly slotAt: number;
  /** `replayed`: the slot had been measured already, and was judged from what is stored. */
  readonly measured: 'probed' | 'replayed';
  readonly checks: number;
  readonly decisions: readonly (Decision & { readonly service: string })[];
  readonly deliveries: readonly Delivery[];
}

/** Longer than a delivery takes, shorter than the time to the next run but one. */
const CLAIM_MS = 30_000;

/** Clocks of machines differ; a newer slot must be seen even by the one that is behind. */
const CLOCK_SKEW_MS = 600_000;

/** How often a lost race for a state is judged anew before the next run takes over. */
const RACES = 5;

/**
 * One run: what is due is probed, the run is stored, states are stepped and stored with what they owe, and what they
 * owe is delivered. Each step starts from what is stored, so a run may stop anywhere and the next one goes on.
 */
export async function runChecks(ports: RunPorts, config: Config, request: RunRequest): Promise<RunReport> {
  const services = config.services.filter(service => service.shard === request.shard);
  const recent = await recentRuns(ports, request);
  const { run, measured } = await measure(ports, services, recent, request);
  const runs = [...recent.filter(known => known.slotAt < run.slotAt), run].sort(
    (one, other) => one.slotAt - other.slotAt,
  );
  const judged = await judge(ports, services, config, runs, request);
  const deliveries = await deliver(ports, request, judged.states);
  return {
    slotAt: request.slotAt,
    measured,
    checks: measuredIn(run).filter(result => !isOwn(result.monitor)).length,
    decisions: judged.decisions,
    deliveries,
  };
}

/** The newest runs there are, this one's slot included where it is stored. */
function recentRuns(ports: RunPorts, { shard, slotAt }: RunRequest): Promise<readonly Run[]> {
  return ports.store.recentRuns(shard, Math.max(ports.clock(), slotAt) + CLOCK_SKEW_MS, RECENT_RUNS);
}

/** The run of this slot: as stored by a copy of this run, or measured now and stored. */
async function measure(ports: RunPorts, services: readonly Service[], recent: readonly Run[], request: RunRequest) {
  const { shard, slotAt } = request;
  const stored = recent.find(run => run.slotAt === slotAt) ?? (await storedIfLate(ports, recent, request));
  if (stored !== undefined) return { run: stored, measured: 'replayed' as const };

  const probed = await ports.probe(dueMonitors(services, recent, request));
  const blind = blindness(
    probed.map(({ monitor, observation }) => ({ monitor: monitor.id, host: hostOf(monitor), observation })),
  );
  const results = probed.map(answer => toResult(answer, slotAt));
  const seen = blind === undefined ? results : unseen(results, blind);

  // Read again: while this run was probing, a newer one may have been stored, and must not be overruled.
  const known = await recentRuns(ports, request);
  const roster = services.flatMap(service => service.monitors.map(monitor => monitor.id));
  const watched = composeRun(shard, slotAt, roster, seen, known);
  const own = ownResults(shard, slotAt, watched.results, blind);
  const ownRoster = ownService(shard).monitors.map(monitor => monitor.id);
  const run = {
    ...watched,
    results: [...watched.results, ...composeRun(shard, slotAt, ownRoster, own, known).results],
  };

  if ((await ports.store.saveRun(run)) === 'saved') return { run, measured: 'probed' as const };
  // A copy of this run was faster, or the write had happened although it failed: what is stored counts.
  return { run: (await ports.store.run(shard, slotAt)) ?? run, measured: 'replayed' as const };
}

/** A run that is later than all recent ones cannot see its own item among them. */
async function storedIfLate(ports: RunPorts, recent: readonly Run[], { shard, slotAt }: RunRequest) {
  const late = recent.length === RECENT_RUNS && recent.every(run => run.slotAt > slotAt);
  return late ? ports.store.run(shard, slotAt) : undefined;
}

/**
 * What to probe: what the schedule says, what could not be looked at last time, and what was never looked at; but
 * nothing of which a newer result exists.
 */
function dueMonitors(services: readonly Service[], recent: readonly Run[], request: RunRequest): Monitor[] {
  const known = newestResults(recent);
  return services
    .flatMap(service => service.monitors)
    .filter(monitor => {
      const last = known.get(monitor.id);
      if (last !== undefined && last.slotAt > request.slotAt) return false;
      return (
        last === undefined || last.verdict === 'unknown' || isDue(monitor, request.slotAt, request.runEverySeconds)
      );
    });
}

function toResult({ monitor, observation, verdict }: Probed, slotAt: number): CheckResult {
  const { totalMs, ...phases } = observation.timings;
  const measured = observation.failure?.reason !== 'not-measured' && observation.failure?.reason !== 'secret';
  return {
    monitor: monitor.id,
    slotAt,
    verdict: verdict.verdict,
    reasons: verdict.reasons,
    phases,
    late: false,
    ...(measured && { latencyMs: Math.round(totalMs * 10) / 10 }),
  };
}

function hostOf(monitor: Monitor): string {
  switch (monitor.kind) {
    case 'http':
      return URL.canParse(monitor.target) ? new URL(monitor.target).host : monitor.target;
    case 'dns':
      return monitor.target;
    case 'tcp':
    case 'tls':
      return monitor.host;
  }
}

/** Steps every service through the runs, oldest first, and stores what changed. */
async function judge(
  ports: RunPorts,
  services: readonly Service[],
  config: Config,
  runs: readonly Run[],
  request: RunRequest,
): Promise<{ states: ServiceState[]; decisions: RunReport['decisions'] }> {
  const stored = new Map((await ports.store.states(request.shard)).map(state => [state.service, state]));
  const watched = [...services, ownService(request.shard), ...retired([...stored.values()], config, request.shard)];
  const states: ServiceState[] = [];
  const decisions: (Decision & { service: string })[] = [];
  await Promise.all(
    watched.map(async service => {
      const outcome = await judgeService(ports, service, stored.get(service.id), runs, request);
      if (outcome.state !== undefined) states.push(outcome.state);
      for (const decision of outcome.decisions) {
        if (decision.decision !== 'none') decisions.push({ service: service.id, ...decision });
      }
    }),
  );
  return { states, decisions };
}

/** Services that have a state here and are configured nowhere any more: their incidents end. */
function retired(states: readonly ServiceState[], config: Config, shard: number): WatchedService[] {
  const configured = new Set(config.services.map(service => service.id));
  return states
    .filter(({ service }) => !configured.has(service) && service !== ownService(shard).id)
    .map(state => ({ id: state.service, name: state.incident?.name ?? state.service, monitors: [] }));
}

/** One service through all runs. A lost race is judged anew from what the winner stored. */
async function judgeService(
  ports: RunPorts,
  service: WatchedService,
  stored: ServiceState | undefined,
  runs: readonly Run[],
  request: RunRequest,
): Promise<{ state: ServiceState | undefined; decisions: Decision[] }> {
  let before = stored;
  for (let race = 0; race < RACES; race++) {
    const outcome = stepThrough(service, before ?? emptyState(service.id), runs, request, ports.clock());
    if (outcome.state.version === 0 && Object.keys(outcome.state.monitors).length === 0)
      return { state: undefined, decisions: [] };
    if (outcome.state === before) return { state: before, decisions: [] };
    const saved = await ports.store.saveState(request.shard, outcome.state);
    if (saved !== undefined) return { state: saved, decisions: outcome.decisions };
    before = await ports.store.state(request.shard, service.id);
  }
  return { state: before, decisions: [] };
}

function stepThrough(
  service: WatchedService,
  before: ServiceState,
  runs: readonly Run[],
  request: RunRequest,
  now: number,
): { state: ServiceState; decisions: Decision[] } {
  const ids = new Set(service.monitors.map(monitor => monitor.id));
  let state = before;
  const decisions: Decision[] = [];
  for (const [index, run] of runs.entries()) {
    const outcome = step({
      service,
      state,
      slotAt: run.slotAt,
      results: measuredIn(run).filter(result => ids.has(result.monitor) && !result.late),
      history: monitor => historyOf(monitor, runs.slice(0, index + 1)),
      now,
      claim: { by: request.runner, untilAt: now + CLAIM_MS },
    });
    state = outcome.state;
    decisions.push(...outcome.decisions);
  }
  return { state, decisions };
}

/** The results of a monitor in these runs, newest first. */
function historyOf(monitor: string, runs: readonly Run[]): CheckResult[] {
  return runs.flatMap(run => measuredIn(run).filter(result => result.monitor === monitor)).reverse();
}
