import type { Config, Monitor, Service } from '../core/config/model.ts';
import {
  type CheckResult,
  composeResults,
  judgeable,
  measuredIn,
  newestResults,
  RECENT_RUNS,
  type Run,
} from '../core/run.ts';
import { blindness, hostOf, isOwn, ownResult, ownService, pointsAtUs, unseen, wasMade } from '../core/sight.ts';
import { isDue } from '../core/slot.ts';
import type { Decision } from '../core/step.ts';
import { type DeliverPorts, type Delivery, deliver } from './deliver.ts';
import { judge } from './judge.ts';
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
  /** When delivering must end, epoch ms; what is left goes out with the next run. */
  readonly endsAt: number;
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

/** Some services could not be judged, or some messages not be delivered; the others were. The next run goes on. */
export class RunError extends AggregateError {
  override readonly name = 'RunError';
}

/** Clocks of machines differ; a newer slot must be seen even by the one that is behind. */
const CLOCK_SKEW_MS = 600_000;

/**
 * One run: what is due is probed, the run is stored, states are stepped and stored with what they owe, and what they
 * owe is delivered. Each step starts from what is stored, so a run may stop anywhere and the next one goes on.
 * @throws RunError when all that could be done is done and something could not
 */
export async function runChecks(ports: RunPorts, config: Config, request: RunRequest): Promise<RunReport> {
  const services = config.services.filter(service => service.shard === request.shard);
  const { run, measured } = await measure(ports, services, request);
  // Read again: meanwhile a newer run may have been stored, and must not be overruled.
  const recent = await recentRuns(ports, request);
  const runs = [...recent.filter(known => known.slotAt < run.slotAt), run]
    .sort((one, other) => one.slotAt - other.slotAt)
    .map(known => ({ slotAt: known.slotAt, results: judgeable(known, recent) }));
  const judged = await judge(ports, config, services, runs, request);
  const delivered = await deliver(ports, { ...request, shards: config.shards }, judged.states);
  const errors = [...judged.errors, ...delivered.errors];
  if (errors.length > 0) throw new RunError(errors, `${errors.length} parts of the run failed: ${errors[0]?.message}`);
  return {
    slotAt: request.slotAt,
    measured,
    checks: measuredIn(run).filter(result => !isOwn(result.monitor)).length,
    decisions: judged.decisions,
    deliveries: delivered.deliveries,
  };
}

/** The newest runs there are, this one's slot included where it is stored. */
function recentRuns(ports: RunPorts, { shard, slotAt }: RunRequest): Promise<readonly Run[]> {
  return ports.store.recentRuns(shard, Math.max(ports.clock(), slotAt) + CLOCK_SKEW_MS, RECENT_RUNS);
}

/** The run of this slot: as stored by a copy of this run, or measured now and stored. */
async function measure(ports: RunPorts, services: readonly Service[], request: RunRequest) {
  const { shard, slotAt } = request;
  const recent = await recentRuns(ports, request);
  const stored = recent.find(run => run.slotAt === slotAt) ?? (await storedIfLate(ports, recent, request));
  if (stored !== undefined) return { run: stored, measured: 'replayed' as const };

  const probed = await ports.probe(dueMonitors(services, recent, request));
  const results = seeing(services, probed, recent, request);
  const roster = [...services.flatMap(service => service.monitors), ...ownService(shard).monitors].map(({ id }) => id);
  const run: Run = { shard, slotAt, storedAt: ports.clock(), results: composeResults(slotAt, roster, results, recent) };
  if ((await ports.store.saveRun(run)) === 'saved') return { run, measured: 'probed' as const };
  // A copy of this run was faster, or the write had happened although it failed: what is stored counts.
  return { run: (await ports.store.run(shard, slotAt)) ?? run, measured: 'replayed' as const };
}

/** A run that is later than all recent ones cannot see its own item among them. */
async function storedIfLate(ports: RunPorts, recent: readonly Run[], { shard, slotAt }: RunRequest) {
  const late = recent.length === RECENT_RUNS && recent.every(run => run.slotAt > slotAt);
  return late ? ports.store.run(shard, slotAt) : undefined;
}

/** What to probe: what the schedule says, and what could not be looked at last time; nothing that has a newer result. */
function dueMonitors(services: readonly Service[], recent: readonly Run[], request: RunRequest): Monitor[] {
  const known = newestResults(recent);
  return services
    .flatMap(service => service.monitors)
    .filter(monitor => {
      const last = known.get(monitor.id);
      if (last !== undefined && last.slotAt >= request.slotAt) return false;
      return last?.verdict === 'unknown' || isDue(monitor, request.slotAt, last?.slotAt, request.runEverySeconds);
    });
}

/** The results of the run, unknown when it was blind, and what Tocsin says of its own sight. */
function seeing(
  services: readonly Service[],
  probed: readonly Probed[],
  recent: readonly Run[],
  { shard, slotAt }: RunRequest,
): CheckResult[] {
  const results = probed.map(answer => toResult(answer, slotAt));
  const made = results.filter((_, index) => {
    const observation = probed[index]?.observation;
    return observation !== undefined && wasMade(observation);
  });
  const hosts = new Map(services.flatMap(({ monitors }) => monitors.map(monitor => [monitor.id, hostOf(monitor)])));
  const before = recent.filter(run => run.slotAt < slotAt).map(measuredIn);
  const blind = blindness(made, before, monitor => hosts.get(monitor));
  // A shard that has nothing to look at sees all of it.
  const looked = made.length > 0 || hosts.size === 0;
  const own = looked ? [ownResult(shard, slotAt, blind)] : [];
  return [...(blind === undefined ? results : unseen(results, blind)), ...own];
}

function toResult({ monitor, observation, verdict }: Probed, slotAt: number): CheckResult {
  const { totalMs, ...phases } = observation.timings;
  return {
    monitor: monitor.id,
    slotAt,
    verdict: verdict.verdict,
    reasons: verdict.reasons,
    phases,
    pointsAtUs: pointsAtUs(observation),
    ...(wasMade(observation) && { latencyMs: Math.round(totalMs * 10) / 10 }),
  };
}
