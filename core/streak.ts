import { isFlapping } from './flapping.ts';
import { type MonitorState, REMEMBERED_VERDICTS, type Trouble } from './state.ts';
import type { VerdictWord } from './verdict.ts';

/** How many verdicts in a row change a status. */
export interface Thresholds {
  readonly failureThreshold: number;
  readonly recoveryThreshold: number;
}

const LETTERS: Record<VerdictWord, string> = { up: 'u', degraded: 'g', down: 'd', unknown: '?' };

/**
 * The monitor's state after one more verdict. The same object comes back when nothing changed: a monitor that has been
 * well for long costs no write. An unknown verdict says nothing about the target, so streaks go on over it; but what cannot
 * be looked at for as long as it takes to be down is unknown, which is trouble too. A slot that was judged already, or is
 * older than the last one, changes nothing.
 */
export function advance(
  before: MonitorState | undefined,
  verdict: VerdictWord,
  slotAt: number,
  thresholds: Thresholds,
): MonitorState {
  const letter = LETTERS[verdict];
  if (before === undefined) return firstState(letter, slotAt, thresholds);
  if (slotAt <= before.lastSlotAt) return before;
  const recent = (before.recent + letter).slice(-REMEMBERED_VERDICTS);
  const turnedAt = isBad(before.recent) === isBad(letter) ? before.turnedAt : slotAt;
  const status = nextStatus(before.status, recent, thresholds);
  if (status === before.status && recent === before.recent) return before;
  const flapping = isFlapping(recent, before.flapping ?? false);
  const sinceAt = status === before.status ? before.sinceAt : since(before.status, status, turnedAt, slotAt);
  return { status, sinceAt, recent, turnedAt, lastSlotAt: slotAt, ...(flapping && { flapping }) };
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
  const seen = recent.replaceAll('?', '');
  const latest = seen.at(-1) === 'u' ? 'up' : 'degraded';
  if (trailing(seen, 'd') >= failureThreshold) return 'down';
  if (status !== 'down' && trailing(recent, '?') >= failureThreshold) return 'unknown';
  switch (status) {
    case 'down':
      return trailing(seen, 'ug') >= recoveryThreshold ? latest : 'down';
    case 'unknown':
      return /[ug]$/.test(recent) ? latest : 'unknown';
    case 'up':
      return trailing(seen, 'gd') >= failureThreshold ? 'degraded' : 'up';
    case 'degraded':
      return trailing(seen, 'u') >= recoveryThreshold ? 'up' : 'degraded';
  }
}

/** Trouble is dated from its first failure and recovery from its first success, not from the check that confirmed it. */
function since(
  before: MonitorState['status'],
  after: MonitorState['status'],
  turnedAt: number,
  slotAt: number,
): number {
  return isTrouble(before) || isTrouble(after) ? turnedAt : slotAt;
}

function isTrouble(status: MonitorState['status']): boolean {
  return status === 'down' || status === 'unknown';
}

/** Whether the last letter is a failure, or nothing that could be seen. */
function isBad(letters: string): boolean {
  return /[d?]$/.test(letters);
}

/**
 * Why a monitor deserves an alert: it is down, could not be looked at for as long as it takes to be down, or flaps, also
 * when it is never down for long enough. One that has only begun is unknown as well, and deserves none.
 */
export function troubleOf(state: MonitorState | undefined, thresholds: Thresholds): Trouble | undefined {
  if (state === undefined) return undefined;
  if (state.status === 'down') return 'down';
  if (state.flapping) return 'flapping';
  if (state.status !== 'unknown') return undefined;
  // A look that fails in between is no recovery: nothing good was seen for as long.
  const bad = trailing(state.recent, '?d');
  const unseen = bad >= thresholds.failureThreshold && state.recent.slice(-bad).includes('?');
  return unseen ? 'unknown' : undefined;
}

/** How many letters at the end are of this set. */
export function trailing(recent: string, letters: string): number {
  let count = 0;
  while (count < recent.length && letters.includes(recent.charAt(recent.length - 1 - count))) count++;
  return count;
}
