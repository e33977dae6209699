import type { Catalog } from '../../core/catalog.ts';
import { parseIncidentId } from '../../core/incident.ts';
import { type CheckResult, measuredIn, type Run } from '../../core/run.ts';
import type { Incident } from '../../core/state.ts';
import { incidentsInStates, type Known } from '../../core/status.ts';
import type { Clock, Store } from '../ports.ts';

/** What the web app reads from. */
export interface WebPorts {
  readonly store: Store;
  readonly clock: Clock;
  readonly catalog: Catalog;
  readonly runEverySeconds: number;
}

/** How far back a list of incidents looks. */
const MONTHS = 13;

/** The states of all shards and their newest runs. */
export async function know(ports: WebPorts, runsAShard: number): Promise<Known> {
  const now = ports.clock();
  const shards = Array.from({ length: ports.catalog.shards }, (_, shard) => shard);
  const [states, runs] = await Promise.all([
    Promise.all(shards.map(shard => ports.store.states(shard))),
    Promise.all(shards.map(shard => ports.store.recentRuns(shard, now, runsAShard))),
  ]);
  return {
    catalog: ports.catalog,
    states: states.flat(),
    runs: runs.flat(),
    runEverySeconds: ports.runEverySeconds,
    now,
  };
}

/** The results of one monitor with `fromAt` ≤ slot < `beforeAt`, newest first. Reads on until there are enough. */
export async function checksOf(
  ports: WebPorts,
  { monitor, shard }: { readonly monitor: string; readonly shard: number },
  range: { readonly fromAt: number; readonly beforeAt: number; readonly limit: number },
): Promise<CheckResult[]> {
  const found: CheckResult[] = [];
  let { beforeAt } = range;
  let runs: readonly Run[];
  do {
    runs = await ports.store.runs(shard, range.fromAt, beforeAt, RUNS_A_READ);
    found.push(...runs.flatMap(run => measuredIn(run).filter(result => result.monitor === monitor)));
    beforeAt = runs.at(-1)?.slotAt ?? range.fromAt;
  } while (found.length < range.limit && runs.length === RUNS_A_READ);
  return found.slice(0, range.limit);
}

const RUNS_A_READ = 200;

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
  if (state === 'open') return held.filter(incident => incident.resolvedAt === undefined).slice(0, limit);
  const position = after === undefined ? undefined : parseIncidentId(after);
  const isBehind = (incident: Incident) =>
    position === undefined ||
    incident.openedAt < position.openedAt ||
    (incident.openedAt === position.openedAt && incident.id < `${after}`);
  const found = held.filter(isBehind);
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
