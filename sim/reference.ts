import type { Monitor, Service } from '../core/config/model.ts';
import { type CheckResult, measuredIn, RECENT_RUNS, type Run } from '../core/run.ts';
import { isUnseen, ownService } from '../core/sight.ts';
import type { Thresholds } from '../core/streak.ts';
import { type History, LINGER_MS } from './history.ts';
import type { Runner } from './witness.ts';

/**
 * A second, simpler model of when there is an incident, made from the stored runs alone: no state, no step, no streaks.
 * It knows only what is certain. Where runs overlapped or clocks differ it says that it cannot tell.
 */
export interface Reference {
  runSaved(run: Run, at: number): void;
  /** The run was judged to its end, with the runs that it had read. */
  judged(runner: Runner): void;
  /** What is known of a monitor up to a slot, newest first. */
  seen(shard: number, monitor: string, slotAt: number): readonly Seen[];
  /** The newest slot that a shard has stored. */
  newestSlotAt(shard: number): number;
}

/** A stored result, and how certain it is that it counted. */
export interface Seen {
  readonly slotAt: number;
  readonly shard: number;
  /** u(p) or degraded, d(own), ? (unknown). */
  readonly letter: 'u' | 'd' | '?';
  /** `counted` in its turn, `history` because a newer one was surely there first, or nobody can tell. */
  readonly standing: 'counted' | 'history' | 'unclear';
}

interface Stored {
  readonly run: Run;
  readonly at: number;
  readonly measured: ReadonlyMap<string, CheckResult>;
  /** Newer slots were stored before it. */
  readonly late: boolean;
  judged: boolean;
}

export function reference(): Reference {
  const shards = new Map<number, Stored[]>();
  const of = (shard: number): Stored[] => {
    const known = shards.get(shard) ?? [];
    shards.set(shard, known);
    return known;
  };
  return {
    runSaved(run, at) {
      const stored = of(run.shard);
      const index = stored.findLastIndex(known => known.run.slotAt < run.slotAt);
      const measured = new Map(measuredIn(run).map(result => [result.monitor, result]));
      stored.splice(index + 1, 0, { run, at, measured, late: index + 1 < stored.length, judged: false });
    },
    judged({ planned, recentSlots }) {
      for (const known of of(planned.shard)) {
        const read = known.run.slotAt === planned.slotAt || recentSlots.includes(known.run.slotAt);
        if (read && known.run.slotAt <= planned.slotAt) known.judged = true;
      }
    },
    seen(shard, monitor, slotAt) {
      const stored = of(shard);
      return stored
        .flatMap((known, index): Seen[] => {
          const result = known.run.slotAt <= slotAt ? known.measured.get(monitor) : undefined;
          if (result === undefined || isUnseen(result)) return [];
          const standing = standingOf(known, stored.slice(index + 1), monitor);
          return [{ slotAt: known.run.slotAt, shard, letter: letterOf(result), standing }];
        })
        .reverse();
    },
    newestSlotAt: shard => of(shard).at(-1)?.run.slotAt ?? 0,
  };
}

/** How a result stands among those of newer slots. */
function standingOf(known: Stored, newer: readonly Stored[], monitor: string): Seen['standing'] {
  const rivals = newer.filter(({ measured }) => measured.has(monitor));
  const surely = rivals.slice(0, RECENT_RUNS).some(rival => rival.at < known.run.storedAt && rival.run.storedAt < known.run.storedAt);
  if (surely && newer.length < RECENT_RUNS) return 'history';
  const perhaps = rivals.some(rival => rival.at <= known.at || rival.run.storedAt <= known.run.storedAt);
  return perhaps || !known.judged ? 'unclear' : 'counted';
}

function letterOf({ verdict }: CheckResult): Seen['letter'] {
  if (verdict === 'down') return 'd';
  return verdict === 'unknown' ? '?' : 'u';
}

/** What the configurations of a history say of a monitor, while none of them changes that it is watched. */
export interface Watched {
  readonly service: string;
  readonly monitor: string;
  /** The easiest and the hardest thresholds that any configuration has. */
  readonly least: Thresholds;
  readonly most: Thresholds;
  /** Since when it is watched in the same shard without a break, lingering old runs included. */
  readonly steadyFromAt: (at: number) => number;
  /** A configuration lacks it, so its alert may end for no other reason. */
  readonly leaves: boolean;
}

/** By monitor. */
export function watchedIn(history: History): ReadonlyMap<string, Watched> {
  const found = new Map<string, Watched>();
  for (const { config } of history.deploys) {
    for (const service of config.services) {
      for (const { id } of service.monitors) {
        if (!found.has(id)) found.set(id, watchedMonitor(history, service, id));
      }
    }
    for (let shard = 0; shard < config.shards; shard++) {
      const own = ownService(shard, []);
      const [sight] = own.monitors;
      if (sight === undefined || found.has(sight.id)) continue;
      const steadyFromAt = () => history.startAt;
      found.set(sight.id, { service: own.id, monitor: sight.id, least: sight, most: sight, steadyFromAt, leaves: false });
    }
  }
  return found;
}

function watchedMonitor({ deploys }: History, { id: service }: Service, monitor: string): Watched {
  const places = deploys.map(({ at, config }) => {
    const found = config.services.find(({ id }) => id === service);
    const watched: Monitor | undefined = found?.monitors.find(({ id }) => id === monitor);
    return { at, shard: watched === undefined ? undefined : found?.shard, watched };
  });
  const known = places.flatMap(place => place.watched ?? []);
  const breaks = places.flatMap((place, index) => (index > 0 && place.shard !== places[index - 1]?.shard ? place.at : []));
  const among = (pick: (...values: number[]) => number): Thresholds => ({
    failureThreshold: pick(...known.map(({ failureThreshold }) => failureThreshold)),
    recoveryThreshold: pick(...known.map(({ recoveryThreshold }) => recoveryThreshold)),
  });
  return {
    service,
    monitor,
    least: among(Math.min),
    most: among(Math.max),
    steadyFromAt: at => Math.max(0, ...breaks.filter(broke => broke <= at).map(broke => broke + LINGER_MS)),
    leaves: places.some(place => place.watched === undefined),
  };
}
