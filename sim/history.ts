import type { Config } from '../core/config/model.ts';

/**
 * What will happen in a simulated history, decided before it is played: who is watched, what targets do, which runs come
 * and how they end, what goes wrong when. Data, so that it can be made smaller and played again.
 */
export interface History {
  readonly seed: number;
  readonly startAt: number;
  readonly runEverySeconds: number;
  /** The configuration and when it was deployed, oldest first; the first holds from the beginning. */
  readonly deploys: readonly Deploy[];
  /** By monitor: what its target does from when on, oldest first. Before the first turn, and of others, it is up. */
  readonly targets: Readonly<Record<string, readonly Turn[]>>;
  /** In the order in which they start. */
  readonly runs: readonly PlannedRun[];
  /** What people do, in the order of time. */
  readonly orders: readonly Order[];
  readonly trouble: Trouble;
  /** From here on nothing goes wrong: whatever was broken in between must come right. */
  readonly quietAt: number;
  readonly endAt: number;
}

export interface Deploy {
  /** Epoch ms; runs of old containers go on for `LINGER_MS`. */
  readonly at: number;
  readonly config: Config;
}

/** For so long after a deployment a run may still have the configuration before. */
export const LINGER_MS = 120_000;

/** What a target does: up, down, no route to it, timeout while connecting, secret unreadable, slow (degraded). */
export type TargetLetter = 'u' | 'd' | 'n' | 't' | 's' | 'g';

export interface Turn {
  readonly at: number;
  readonly letter: TargetLetter;
}

/** What a person does about a service. */
export type Order =
  | { readonly order: 'acknowledge' | 'resolve'; readonly at: number; readonly service: string }
  | { readonly order: 'silence'; readonly at: number; readonly service: string; readonly toAt: number };

/** One execution of a run; copies of it have the same slot and shard. */
export interface PlannedRun {
  readonly runner: string;
  readonly shard: number;
  readonly slotAt: number;
  readonly startsAt: number;
  /** Which of the deploys it has. */
  readonly deploy: number;
  /** How far its clock is ahead. */
  readonly skewMs: number;
  readonly crash?: Crash;
}

/**
 * The process ends at this step, counted from 0 over everything by which it leaves itself: before the step, while the
 * request is on its way, or when it is done and the answer was not read.
 */
export interface Crash {
  readonly step: number;
  readonly moment: CrashMoment;
}

export const CRASH_MOMENTS = ['before', 'during', 'after'] as const;
export type CrashMoment = (typeof CRASH_MOMENTS)[number];

/** How often a request meets which fate; what is left of 1 is well. */
export interface Rates {
  /** Refused at once: throttled, 5xx. */
  readonly failed: number;
  /** Done, but the answer is lost; the client waits for its timeout. */
  readonly lost: number;
  /** Never arrived; the client waits for its timeout. */
  readonly unsent: number;
  /** Well, but it takes up to the timeout. */
  readonly slow: number;
}

export interface Span {
  readonly fromAt: number;
  readonly toAt: number;
}

/** What goes wrong between a run and the world. */
export interface Trouble {
  readonly store: Rates;
  readonly storeOutages: readonly Span[];
  readonly channel: Rates;
  /** By channel. */
  readonly channelOutages: Readonly<Record<string, readonly Span[]>>;
}

export const NO_RATES: Rates = { failed: 0, lost: 0, unsent: 0, slow: 0 };

/** Whether nothing can go wrong at all: then pages must come in time. */
export function isFaultless(history: History): boolean {
  const { store, channel, storeOutages, channelOutages } = history.trouble;
  const rates = [store, channel].flatMap(rate => Object.values(rate));
  const calm =
    rates.every(rate => rate === 0) && storeOutages.length + Object.values(channelOutages).flat().length === 0;
  return calm && history.deploys.length === 1 && history.orders.length === 0 && history.runs.every(isPunctual);
}

function isPunctual(run: PlannedRun): boolean {
  return run.crash === undefined && run.skewMs === 0 && run.startsAt - run.slotAt <= 1000;
}

/** How far two clocks of a history are apart at most. */
export function skewSpreadMs({ runs }: History): number {
  let [least, most] = [0, 0];
  for (const { skewMs } of runs) {
    least = Math.min(least, skewMs);
    most = Math.max(most, skewMs);
  }
  return most - least;
}
