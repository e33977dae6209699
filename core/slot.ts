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
 * Whether a monitor is due in a slot: its last result belongs to an earlier stretch of its interval. So a slot that was
 * skipped is made up in the next run. An interval counts in runs, so a schedule that runs every 2 s instead of every minute
 * plays the same story faster. Monitors of longer intervals are spread over the runs by their id.
 * @param lastSlotAt the slot of the last result; undefined when there is none
 */
export function isDue(
  monitor: { readonly id: string; readonly intervalSeconds: number },
  slotAt: number,
  lastSlotAt: number | undefined,
  runEverySeconds: number,
): boolean {
  if (lastSlotAt === undefined) return true;
  const runs = runsOfInterval(monitor);
  const stretch = (at: number) => Math.floor((Math.round(at / (runEverySeconds * 1000)) + hash32(monitor.id)) / runs);
  return slotAt > lastSlotAt && stretch(slotAt) !== stretch(lastSlotAt);
}

/** Every how many runs a monitor is due: its interval in whole minutes, at least one. */
export function runsOfInterval({ intervalSeconds }: { readonly intervalSeconds: number }): number {
  return Math.max(1, Math.round(intervalSeconds / SCHEDULE_MINUTE_SECONDS));
}
