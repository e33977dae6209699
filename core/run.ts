import type { VerdictWord } from './verdict.ts';

/** How long the phases of a probe took; a phase that did not happen is absent. */
export interface Phases {
  readonly dnsMs?: number;
  readonly connectMs?: number;
  readonly tlsMs?: number;
  readonly firstByteMs?: number;
}

/** What one check of one monitor came to: the verdict, why, and how long it took. */
export interface CheckResult {
  readonly monitor: string;
  /** The slot it was measured for. */
  readonly slotAt: number;
  readonly verdict: VerdictWord;
  /** Empty when up. */
  readonly reasons: readonly string[];
  /** Of the whole probe; absent when nothing was measured. */
  readonly latencyMs?: number;
  readonly phases: Phases;
  /** The probe failed in a way that points at our own network; see `sight.ts`. */
  readonly pointsAtUs: boolean;
}

/**
 * One scheduled execution over a shard, as stored: the last result of every monitor as of this slot. Those with the
 * run's own slot were measured in it, the others are carried forward, so the newest run alone answers "what is up".
 */
export interface Run {
  readonly shard: number;
  readonly slotAt: number;
  /** When it was stored, by the clock of the run, epoch ms: tells which of two runs came first. */
  readonly storedAt: number;
  /** In the order of the roster. */
  readonly results: readonly CheckResult[];
}

/** How many runs before its own a run looks back on, to judge what a crashed one left unjudged. */
export const RECENT_RUNS = 5;

/** The results that were measured in this run. */
export function measuredIn(run: Run): readonly CheckResult[] {
  return run.results.filter(result => result.slotAt === run.slotAt);
}

/** The newest result of each monitor in these runs. */
export function newestResults(runs: readonly Run[]): Map<string, CheckResult> {
  const newest = new Map<string, CheckResult>();
  for (const run of runs) {
    for (const result of run.results) {
      const known = newest.get(result.monitor);
      if (known === undefined || known.slotAt < result.slotAt) newest.set(result.monitor, result);
    }
  }
  return newest;
}

/**
 * The results of a run that count: those measured in it, unless a newer result of the same monitor was stored before. A
 * slow run may be overtaken; what it then brings is history, and opens or closes nothing.
 * @param recent runs of the shard, in any order, this one's own among them or not
 */
export function judgeable(run: Run, recent: readonly Run[]): readonly CheckResult[] {
  const overtaking = recent.filter(other => other.slotAt > run.slotAt && other.storedAt <= run.storedAt);
  const overtaken = new Set(overtaking.flatMap(other => measuredIn(other).map(result => result.monitor)));
  return measuredIn(run).filter(result => !overtaken.has(result.monitor));
}

/**
 * Lays the results measured in a slot over what was known before.
 * @param roster the ids of the shard's monitors; results of others are dropped
 * @param recent runs already stored, in any order
 */
export function composeResults(
  slotAt: number,
  roster: readonly string[],
  measured: readonly CheckResult[],
  recent: readonly Run[],
): CheckResult[] {
  const known = newestResults(recent.filter(run => run.slotAt < slotAt));
  const fresh = new Map(measured.map(result => [result.monitor, result]));
  return roster.flatMap(monitor => fresh.get(monitor) ?? known.get(monitor) ?? []);
}
