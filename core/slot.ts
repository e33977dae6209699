import { hash32 } from './hash.ts';

/**
 * The slot of a run: the scheduled minute it is for, in epoch ms, taken from the scheduler and never from the clock.
 * @throws RangeError when the text is no instant.
 */
export function slotOf(scheduledTime: string): number {
  const at = Date.parse(scheduledTime);
  if (Number.isNaN(at)) throw new RangeError(`the scheduled time "${scheduledTime}" is not an ISO 8601 instant`);
  return at;
}

/** The schedule's own minute: an interval in seconds is a number of runs of 60 s, whatever a run really lasts. */
const SCHEDULE_MINUTE_SECONDS = 60;

/**
 * Whether a monitor is due in a slot. An interval counts in runs, so a schedule that runs every 2 s instead of every
 * minute plays the same story faster. Monitors of longer intervals are spread over the runs by their id.
 */
export function isDue(
  monitor: { readonly id: string; readonly intervalSeconds: number },
  slotAt: number,
  runEverySeconds: number,
): boolean {
  const everyRuns = Math.max(1, Math.round(monitor.intervalSeconds / SCHEDULE_MINUTE_SECONDS));
  const runIndex = Math.round(slotAt / (runEverySeconds * 1000));
  return (runIndex + hash32(monitor.id)) % everyRuns === 0;
}
