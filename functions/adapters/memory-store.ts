import type { Run } from '../../core/run.ts';
import type { Silence } from '../../core/silence.ts';
import type { Incident, ServiceState } from '../../core/state.ts';
import type { Store } from '../ports.ts';
import { incidentOrder } from './table.ts';

/** The store's contract in memory: what the simulator and the unit tests run on. Values are copied in and out. */
export function memoryStore(): Store {
  const states = new Map<string, ServiceState>();
  const runs = new Map<string, Run>();
  const incidents = new Map<string, Incident>();
  const silences = new Map<string, Silence>();
  const stateKey = (shard: number, service: string) => `${shard}#${service}`;
  const newestFirst = (shard: number) =>
    [...runs.values()].filter(run => run.shard === shard).sort((one, other) => other.slotAt - one.slotAt);

  return {
    async states(shard) {
      return [...states].filter(([key]) => key.startsWith(`${shard}#`)).map(([, state]) => structuredClone(state));
    },
    async state(shard, service) {
      return structuredClone(states.get(stateKey(shard, service)));
    },
    async saveState(shard, state) {
      const key = stateKey(shard, state.service);
      if ((states.get(key)?.version ?? 0) !== state.version) return undefined;
      const saved = { ...state, version: state.version + 1 };
      states.set(key, structuredClone(saved));
      return saved;
    },
    async dropState(shard, state) {
      const key = stateKey(shard, state.service);
      return states.get(key)?.version === state.version && states.delete(key);
    },
    async run(shard, slotAt) {
      return structuredClone(runs.get(`${shard}#${slotAt}`));
    },
    async recentRuns(shard, now, limit) {
      const found = newestFirst(shard).filter(run => run.slotAt <= now && run.slotAt >= startOfDayBefore(now));
      return structuredClone(found.slice(0, limit));
    },
    async runs(shard, fromAt, beforeAt, limit) {
      const found = newestFirst(shard).filter(run => run.slotAt >= fromAt && run.slotAt < beforeAt);
      return structuredClone(found.slice(0, limit));
    },
    async saveRun(run) {
      const key = `${run.shard}#${run.slotAt}`;
      if (runs.has(key)) return 'exists';
      runs.set(key, structuredClone(run));
      return 'saved';
    },
    async silences() {
      return structuredClone([...silences.values()]);
    },
    async saveSilence(silence) {
      silences.set(silence.id, structuredClone(silence));
    },
    async dropSilence(id) {
      return silences.delete(id);
    },
    async saveIncident(incident) {
      incidents.set(incident.id, structuredClone(incident));
    },
    async incident(id) {
      return structuredClone(incidents.get(id));
    },
    async incidentsOfMonth(monthAt, limit, afterId) {
      const month = new Date(monthAt).toISOString().slice(0, 7);
      const found = [...incidents.values()]
        .filter(({ openedAt }) => new Date(openedAt).toISOString().startsWith(month))
        .filter(({ id }) => afterId === undefined || incidentOrder(id) < incidentOrder(afterId))
        .sort((one, other) => (incidentOrder(one.id) < incidentOrder(other.id) ? 1 : -1));
      return structuredClone(found.slice(0, limit));
    },
  };
}

/** Midnight UTC of the day before: how far back `recentRuns` looks. */
export function startOfDayBefore(now: number): number {
  const dayMs = 86_400_000;
  return (Math.floor(now / dayMs) - 1) * dayMs;
}
