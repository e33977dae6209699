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
  /** A run was stored at this time, by a process whose clock is so far ahead. */
  runSaved(run: Run, at: number, skewMs: number): void;
  /** The run was judged to its end, with the runs that it had read. */
  judged(runner: Runner): void;
  /** What is known of a monitor up to a slot, newest first. */
  seen(shard: number, monitor: string, slotAt: number): readonly Seen[];
  /** The last result of a monitor. */
  newest(
    shard: number,
    monitor: string,
  ): { readonly slotAt: number; readonly letter: Seen['letter'] | undefined } | undefined;
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

/** One result as it was stored. */
interface Stored {
  readonly slotAt: number;
  /** Undefined when it was seen through blind eyes: it counts for nothing, and still overtakes. */
  readonly letter: Seen['letter'] | undefined;
  /** When the run says it was stored, by its clock, when that was, and when it was stored. */
  readonly storedAt: number;
  readonly composedAt: number;
  readonly at: number;
  readonly run: Judging;
}

/** A stored run, and whether another run has judged it to the end. */
interface Judging {
  readonly slotAt: number;
  judged: boolean;
}

/** No rule looks back further. */
const LOOKS_BACK = 24;

export function reference(): Reference {
  const runs = new Map<number, Judging[]>();
  const results = new Map<string, Stored[]>();
  const resultsOf = (shard: number, monitor: string) => listIn(results, `${shard} ${monitor}`);
  return {
    runSaved(run, at, skewMs) {
      const { shard, slotAt, storedAt } = run;
      const judging = { slotAt, judged: false };
      insert(listIn(runs, shard), judging);
      for (const result of measuredIn(run)) {
        const stored = {
          slotAt,
          letter: isUnseen(result) ? undefined : letterOf(result),
          storedAt,
          composedAt: storedAt - skewMs,
          at,
          run: judging,
        };
        insert(resultsOf(shard, result.monitor), stored);
      }
    },
    judged({ planned, recentSlots }) {
      const known = listIn(runs, planned.shard);
      for (const run of known.slice(-3 * RECENT_RUNS)) {
        const read = run.slotAt === planned.slotAt || recentSlots.includes(run.slotAt);
        if (read && run.slotAt <= planned.slotAt) run.judged = true;
      }
    },
    seen(shard, monitor, slotAt) {
      const stored = resultsOf(shard, monitor);
      const seen: Seen[] = [];
      for (let index = stored.length - 1; index >= 0 && seen.length < LOOKS_BACK; index--) {
        const known = stored[index];
        if (known?.letter === undefined || known.slotAt > slotAt) continue;
        const standing = standingOf(known, stored, index + 1, listIn(runs, shard));
        seen.push({ slotAt: known.slotAt, shard, letter: known.letter, standing });
      }
      return seen;
    },
    newest(shard, monitor) {
      return resultsOf(shard, monitor).at(-1);
    },
    newestSlotAt: shard => listIn(runs, shard).at(-1)?.slotAt ?? 0,
  };
}

function listIn<Key, Item>(lists: Map<Key, Item[]>, key: Key): Item[] {
  const known = lists.get(key);
  if (known !== undefined) return known;
  const fresh: Item[] = [];
  lists.set(key, fresh);
  return fresh;
}

/** Keeps a list rising by slot. */
function insert<Item extends { readonly slotAt: number }>(list: Item[], item: Item): void {
  let index = list.length;
  while (index > 0 && (list[index - 1]?.slotAt ?? 0) > item.slotAt) index--;
  if (index === list.length) list.push(item);
  else list.splice(index, 0, item);
}

/** How a result stands among those of newer slots. */
function standingOf(
  known: Stored,
  stored: readonly Stored[],
  newerFrom: number,
  runs: readonly Judging[],
): Seen['standing'] {
  let perhaps = false;
  let surely = false;
  for (let index = newerFrom; index < stored.length; index++) {
    const rival = stored[index];
    if (rival === undefined) continue;
    if (rival.at <= known.at || rival.storedAt <= known.storedAt) perhaps = true;
    if (rival.at < known.composedAt && rival.storedAt <= known.storedAt) surely = true;
  }
  if (surely && runs.filter(run => run.slotAt > known.slotAt).length < RECENT_RUNS) return 'history';
  return perhaps || !known.run.judged ? 'unclear' : 'counted';
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
  /** Since when it is watched in the same shard and with the same siblings, lingering old runs included. */
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
      const own = ownService(shard);
      const [sight] = own.monitors;
      if (sight === undefined || found.has(sight.id)) continue;
      const steadyFromAt = () => history.startAt;
      found.set(sight.id, {
        service: own.id,
        monitor: sight.id,
        least: sight,
        most: sight,
        steadyFromAt,
        leaves: false,
      });
    }
  }
  return found;
}

function watchedMonitor({ deploys }: History, { id: service }: Service, monitor: string): Watched {
  const places = deploys.map(({ at, config }) => {
    const found = config.services.find(({ id }) => id === service);
    const watched: Monitor | undefined = found?.monitors.find(({ id }) => id === monitor);
    const siblings = found?.monitors.map(({ id }) => id).join(' ');
    return { at, place: watched === undefined ? undefined : `${found?.shard} ${siblings}`, watched };
  });
  const known = places.flatMap(place => place.watched ?? []);
  const breaks = places.flatMap((place, index) =>
    index > 0 && place.place !== places[index - 1]?.place ? place.at : [],
  );
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
