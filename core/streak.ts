import { type MonitorState, REMEMBERED_VERDICTS } from './state.ts';
import type { VerdictWord } from './verdict.ts';

/** How many verdicts in a row change a status. */
export interface Thresholds {
  readonly failureThreshold: number;
  readonly recoveryThreshold: number;
}

const LETTERS: Record<Exclude<VerdictWord, 'unknown'>, 'u' | 'g' | 'd'> = { up: 'u', degraded: 'g', down: 'd' };

/**
 * The monitor's state after one more verdict. The same object comes back when nothing changed: a monitor that has been
 * well for long costs no write. An unknown verdict says nothing about the target, so it changes nothing; neither does a
 * slot that was judged already or is older than the last one.
 */
export function advance(
  before: MonitorState | undefined,
  verdict: VerdictWord,
  slotAt: number,
  thresholds: Thresholds,
): MonitorState | undefined {
  if (verdict === 'unknown') return before;
  const letter = LETTERS[verdict];
  if (before === undefined) return firstState(letter, slotAt, thresholds);
  if (slotAt <= before.lastSlotAt) return before;
  const recent = (before.recent + letter).slice(-REMEMBERED_VERDICTS);
  const turned = (before.recent.at(-1) === 'd') !== (letter === 'd');
  const turnedAt = turned ? slotAt : before.turnedAt;
  const status = nextStatus(before.status, recent, thresholds);
  if (status === before.status && recent === before.recent) return before;
  const sinceAt = status === before.status ? before.sinceAt : since(before.status, status, turnedAt, slotAt);
  return { status, sinceAt, recent, turnedAt, lastSlotAt: slotAt };
}

/** A first success stands for a past of successes, so that a healthy monitor rests at once. */
function firstState(letter: string, slotAt: number, thresholds: Thresholds): MonitorState {
  const recent = letter === 'u' ? 'u'.repeat(REMEMBERED_VERDICTS) : letter;
  return {
    status: nextStatus('unknown', recent, thresholds),
    sinceAt: slotAt,
    recent,
    turnedAt: slotAt,
    lastSlotAt: slotAt,
  };
}

/** Hard states need their threshold: down after failures in a row, up again after successes in a row. */
function nextStatus(status: MonitorState['status'], recent: string, thresholds: Thresholds): MonitorState['status'] {
  const { failureThreshold, recoveryThreshold } = thresholds;
  const latest = recent.at(-1) === 'u' ? 'up' : 'degraded';
  if (trailing(recent, 'd') >= failureThreshold) return 'down';
  switch (status) {
    case 'down':
      return trailing(recent, 'ug') >= recoveryThreshold ? latest : 'down';
    case 'unknown':
      return recent.endsWith('d') ? 'unknown' : latest;
    case 'up':
      return trailing(recent, 'gd') >= failureThreshold ? 'degraded' : 'up';
    case 'degraded':
      return trailing(recent, 'u') >= recoveryThreshold ? 'up' : 'degraded';
  }
}

/** Trouble is dated from its first failure and recovery from its first success, not from the check that confirmed it. */
function since(
  before: MonitorState['status'],
  after: MonitorState['status'],
  turnedAt: number,
  slotAt: number,
): number {
  return before === 'down' || after === 'down' ? turnedAt : slotAt;
}

/** How many letters at the end are of this set. */
export function trailing(recent: string, letters: string): number {
  let count = 0;
  while (count < recent.length && letters.includes(recent.charAt(recent.length - 1 - count))) count++;
  return count;
}
