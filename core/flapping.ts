/**
 * Flapping as Nagios defines it (Nagios Core documentation, "Detection and Handling of State Flapping"): of the last 21
 * states, how often they changed, newer changes weighing more, in percent. It starts above one threshold and stops below
 * a lower one. Here a state is down or not down; what is unknown says nothing.
 */
const START_PERCENT = 30;
const STOP_PERCENT = 20;
const OLDEST_WEIGHT = 0.75;
const NEWEST_WEIGHT = 1.25;

/** @param recent verdicts as `MonitorState.recent` holds them */
export function isFlapping(recent: string, was: boolean): boolean {
  return changePercent(recent) > (was ? STOP_PERCENT : START_PERCENT);
}

/** The weighted share of changes, 0…100. Fewer verdicts than a full history count as if they had not changed before. */
export function changePercent(recent: string): number {
  const changes = POSSIBLE_CHANGES;
  const downs = Array.from(recent.replaceAll('?', ''), letter => letter === 'd');
  let weighed = 0;
  for (let back = 0; back < changes && back < downs.length - 1; back++) {
    const newer = downs[downs.length - 1 - back];
    const older = downs[downs.length - 2 - back];
    const age = back / (changes - 1);
    if (newer !== older) weighed += NEWEST_WEIGHT - age * (NEWEST_WEIGHT - OLDEST_WEIGHT);
  }
  return (weighed / changes) * 100;
}

/** Between the 21 verdicts that are remembered. */
const POSSIBLE_CHANGES = 20;
