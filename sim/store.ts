import type { Run } from '../core/run.ts';
import type { Silence } from '../core/silence.ts';
import type { Incident, ServiceState } from '../core/state.ts';
import { incidentOrder } from '../functions/adapters/table.ts';
import type { StateChange } from './witness.ts';

/** What the store tells of a write, at the moment when it happens. */
export interface StoreListener {
  readonly runSaved: (run: Run) => void;
  readonly stateSaved: (change: StateChange) => void;
  readonly incidentRecorded: (incident: Incident) => void;
  readonly silenceSaved: (silence: Silence) => void;
}

/**
 * The store of the simulator: the store's contract without waiting. What goes in comes out: values are shared
 * because nobody may change them.
 */
export interface SimStore {
  states(shard: number): readonly ServiceState[];
  state(shard: number, service: string): ServiceState | undefined;
  saveState(shard: number, state: ServiceState): ServiceState | undefined;
  dropState(shard: number, state: ServiceState): boolean;
  run(shard: number, slotAt: number): Run | undefined;
  recentRuns(shard: number, now: number, limit: number): readonly Run[];
  runs(shard: number, fromAt: number, beforeAt: number, limit: number): readonly Run[];
  saveRun(run: Run): 'saved' | 'exists';
  saveIncident(incident: Incident): void;
  incident(id: string): Incident | undefined;
  incidentsOfMonth(monthAt: number, limit: number, afterId?: string): readonly Incident[];
  silences(): readonly Silence[];
  saveSilence(silence: Silence): void;
  dropSilence(id: string): boolean;
  /** The shards that hold a state. */
  shards(): readonly number[];
  /** Of a shard, rising by slot. */
  allRuns(shard: number): readonly Run[];
}

const NOTHING: StoreListener = {
  runSaved: () => {},
  stateSaved: () => {},
  incidentRecorded: () => {},
  silenceSaved: () => {},
};
const DAY_MS = 86_400_000;

export function simStore(listener: StoreListener = NOTHING): SimStore {
  const states = new Map<number, Map<string, ServiceState>>();
  const runs = new Map<number, Run[]>();
  const incidents = new Map<string, Incident>();
  const silences = new Map<string, Silence>();
  const statesOf = (shard: number) => states.get(shard) ?? fresh(states, shard, new Map<string, ServiceState>());
  const runsOf = (shard: number) => runs.get(shard) ?? fresh(runs, shard, []);
  const isAt = (shard: number, { service, version }: ServiceState) =>
    (states.get(shard)?.get(service)?.version ?? 0) === version;

  return {
    states: shard => [...(states.get(shard)?.values() ?? [])],
    state: (shard, service) => states.get(shard)?.get(service),
    saveState(shard, state) {
      if (!isAt(shard, state)) return undefined;
      const after = { ...state, version: state.version + 1 };
      const { service } = state;
      const before = statesOf(shard).get(service);
      statesOf(shard).set(service, after);
      listener.stateSaved({ shard, service, before, after, bytes: bytesOf(after) });
      return after;
    },
    dropState(shard, state) {
      const { service } = state;
      const before = states.get(shard)?.get(service);
      if (before === undefined || !isAt(shard, state)) return false;
      statesOf(shard).delete(service);
      listener.stateSaved({ shard, service, before, after: undefined, bytes: 0 });
      return true;
    },
    run: (shard, slotAt) => runs.get(shard)?.find(run => run.slotAt === slotAt),
    recentRuns(shard, now, limit) {
      const fromAt = (Math.floor(now / DAY_MS) - 1) * DAY_MS;
      return newest(runs.get(shard) ?? [], fromAt, now + 1, limit);
    },
    runs: (shard, fromAt, beforeAt, limit) => newest(runs.get(shard) ?? [], fromAt, beforeAt, limit),
    saveRun(run) {
      const stored = runsOf(run.shard);
      const index = stored.findLastIndex(known => known.slotAt <= run.slotAt);
      if (stored[index]?.slotAt === run.slotAt) return 'exists';
      stored.splice(index + 1, 0, run);
      listener.runSaved(run);
      return 'saved';
    },
    saveIncident(incident) {
      incidents.set(incident.id, incident);
      listener.incidentRecorded(incident);
    },
    incident: id => incidents.get(id),
    incidentsOfMonth(monthAt, limit, afterId) {
      const month = new Date(monthAt).toISOString().slice(0, 7);
      return [...incidents.values()]
        .filter(({ openedAt }) => new Date(openedAt).toISOString().startsWith(month))
        .filter(({ id }) => afterId === undefined || incidentOrder(id) < incidentOrder(afterId))
        .sort((one, other) => (incidentOrder(one.id) < incidentOrder(other.id) ? 1 : -1))
        .slice(0, limit);
    },
    silences: () => [...silences.values()],
    saveSilence(silence) {
      silences.set(silence.id, silence);
      listener.silenceSaved(silence);
    },
    dropSilence: id => silences.delete(id),
    shards: () => [...states.keys()],
    allRuns: shard => runs.get(shard) ?? [],
  };
}

/** Only a state that holds much is worth weighing. */
function bytesOf(state: ServiceState): number {
  const holdsMuch = state.outbox.length > 3 || state.closed.length > 2 || (state.incident?.timeline.length ?? 0) > 30;
  return holdsMuch ? JSON.stringify(state).length : 0;
}

function fresh<Key, Value>(map: Map<Key, Value>, key: Key, value: Value): Value {
  map.set(key, value);
  return value;
}

/** The newest of runs that rise by slot, newest first. */
function newest(rising: readonly Run[], fromAt: number, beforeAt: number, limit: number): Run[] {
  const found: Run[] = [];
  for (let index = rising.length - 1; index >= 0 && found.length < limit; index--) {
    const run = rising[index];
    if (run === undefined || run.slotAt < fromAt) break;
    if (run.slotAt < beforeAt) found.push(run);
  }
  return found;
}
