import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from './ports.ts';

/** How far behind the plan starts may be made good in a burst; more than that is let go. */
const SLACK_MS = 20;

/**
 * Hands out starts, so many a second, in the order they were asked for. Probes that start all at once measure each
 * other. From `untilAt` on nobody waits any more.
 */
export function pacer(startsPerSecond: number, clock: Clock, untilAt: number): () => Promise<void> {
  const gapMs = 1_000 / startsPerSecond;
  let nextAt = clock();
  let queue = Promise.resolve();
  const turn = async () => {
    const waitMs = Math.min(nextAt, untilAt) - clock();
    if (waitMs >= 1) await sleep(waitMs);
    nextAt = Math.max(nextAt, clock() - SLACK_MS) + gapMs;
  };
  return () => {
    queue = queue.then(turn);
    return queue;
  };
}
