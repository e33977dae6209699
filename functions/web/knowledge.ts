import type { Catalog } from '../../core/catalog.ts';
import { parseIncidentId } from '../../core/incident.ts';
import { type CheckResult, measuredIn, type Run } from '../../core/run.ts';
import { runsOfInterval } from '../../core/slot.ts';
import type { Incident } from '../../core/state.ts';
import { incidentsInStates, type Known } from '../../core/status.ts';
import type { Clock, Store } from '../ports.ts';

/** What the web app reads from. */
export interface WebPorts {
  readonly store: Store;
  readonly clock: Clock;
  readonly catalog: Catalog;
  readonly runEverySeconds: number;
  /** The key that signs the links in messages; undefined when it cannot be read. */
  readonly linkKey: () => Promise<string | undefined>;
  /** The secret that signs the webhooks of a channel; undefined when it sends none. */
  readonly hookSecret: (channel: string) => Promise<string | undefined>;
}

/** How far back a list of incidents looks. */
const MONTHS = 13;

/** The states of all shards and their newest runs. */
export async function know(ports: WebPorts, runsAShard: number): Promise<Known> {
  const { catalog } = ports;
  const now = ports.clock();
  const home = new Map(catalog.services.map(service => [service.id, service.shard]));
  const shards = Array.from({ length: catalog.shards }, (_, shard) => shard);
  const [states, runs] = await Promise.all([
    // A service that moved to another shard may have left a state behind; only the one at home counts.
    Promise.all(
      shards.map(async shard =>
        (await ports.store.states(shard)).filter(({ service }) => (home.get(service) ?? shard) === shard),
      ),
    ),
    Promise.all(shards.map(shard => ports.store.recentRuns(shard, now, runsAShard))),
  ]);
  return { catalog, states: states.flat(), runs: runs.flat(), runEverySeconds: ports.runEverySeconds, now };
}

/** Results of a monitor, and from where to go on when there may be more. */
export interface FoundChecks {
  readonly results: readonly CheckResult[];
  /** Results before this slot were not looked at; undefined when there are none. */
  readonly nextBeforeAt?: number;
}

/** A request reads at most this many runs; whoever wants more asks for the next page. */
const RUNS_A_REQUEST = 2000;
const RUNS_A_READ = 200;

/** From this many runs between two results on, it is cheaper to leap from result to result than to read every run. */
const LEAP_RUNS = 5;

/** The results of one monitor with `fromAt` ≤ slot < `beforeAt`, newest first. */
export async function checksOf(
  ports: WebPorts,
  monitor: { readonly id: string; readonly shard: number; readonly intervalSeconds: number },
  range: { readonly fromAt: number; readonly beforeAt: number; readonly limit: number },
): Promise<FoundChecks> {
  const leaps = runsOfInterval(monitor) >= LEAP_RUNS;
  const results: CheckResult[] = [];
  let { beforeAt } = range;
  for (let read = 0; read < RUNS_A_REQUEST && results.length < range.limit; ) {
    const count = leaps ? 1 : RUNS_A_READ;
    const runs = await ports.store.runs(monitor.shard, range.fromAt, beforeAt, count);
    const oldest = runs.at(-1);
    if (oldest === undefined) return { results };
    const found = leaps ? lastResult(oldest, monitor.id, range.fromAt) : runs.flatMap(run => resultIn(run, monitor.id));
    results.push(...found);
    // Every run knows the last result of each monitor, so the one before that is found in the run before it.
    beforeAt = leaps ? (found[0]?.slotAt ?? oldest.slotAt) : oldest.slotAt;
    read += leaps ? LEAP_RUNS : runs.length;
    if (!leaps && runs.length < RUNS_A_READ && results.length <= range.limit) return cutOff(results, range.limit);
  }
  return results.length > range.limit ? cutOff(results, range.limit) : { results, nextBeforeAt: beforeAt };
}

function cutOff(results: readonly CheckResult[], limit: number): FoundChecks {
  const kept = results.slice(0, limit);
  const last = kept.at(-1);
  return results.length > limit && last !== undefined
    ? { results: kept, nextBeforeAt: last.slotAt }
    : { results: kept };
}

function resultIn(run: Run, monitor: string): readonly CheckResult[] {
  return measuredIn(run).filter(result => result.monitor === monitor);
}

function lastResult(run: Run, monitor: string, fromAt: number): readonly CheckResult[] {
  return run.results.filter(result => result.monitor === monitor && result.slotAt >= fromAt);
}

/** One incident: as a state holds it, else as it is on record. */
export async function incidentOf(ports: WebPorts, id: string): Promise<Incident | undefined> {
  const named = parseIncidentId(id);
  if (named === undefined) return undefined;
  const shards = Array.from({ length: ports.catalog.shards }, (_, shard) => shard);
  const states = await Promise.all(shards.map(shard => ports.store.state(shard, named.service)));
  const held = incidentsInStates(states.filter(state => state !== undefined)).find(incident => incident.id === id);
  return held ?? ports.store.incident(id);
}

/** Incidents, newest first: those that states hold, then those on record, behind `after` where it is given. */
export async function incidentList(
  ports: WebPorts,
  {
    state,
    limit,
    after,
  }: { readonly state: 'open' | 'all'; readonly limit: number; readonly after: string | undefined },
): Promise<Incident[]> {
  const { states, now } = await know(ports, 1);
  const held = incidentsInStates(states);
  const position = after === undefined ? undefined : parseIncidentId(after);
  const isBehind = (incident: Incident) =>
    position === undefined ||
    incident.openedAt < position.openedAt ||
    (incident.openedAt === position.openedAt && incident.id < `${after}`);
  const found = held.filter(isBehind);
  if (state === 'open') return found.filter(incident => incident.resolvedAt === undefined).slice(0, limit);
  for (let month = 0; month < MONTHS; month++) {
    const monthAt = monthsBefore(position?.openedAt ?? now, month);
    const recorded = await ports.store.incidentsOfMonth(monthAt, limit, month === 0 ? after : undefined);
    found.push(...recorded.filter(incident => !held.some(known => known.id === incident.id)));
    if (found.length >= limit + held.length) break;
  }
  return found.sort((one, other) => other.openedAt - one.openedAt || (one.id < other.id ? 1 : -1)).slice(0, limit);
}

function monthsBefore(at: number, months: number): number {
  const date = new Date(at);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - months, 1);
}
