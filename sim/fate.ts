import type { Dice } from './dice.ts';
import type { Rates, Span } from './history.ts';

/** What becomes of one request: see `Rates`. */
export type Fate = 'fine' | 'slow' | 'failed' | 'lost' | 'unsent';

/** Draws what becomes of a request, by the rates that hold and the outages. */
export function drawFate(
  dice: Dice,
  { rates, outages }: { readonly rates: Rates; readonly outages: readonly Span[] },
  now: number,
): Fate {
  if (outages.some(({ fromAt, toAt }) => fromAt <= now && now < toAt)) return dice.chance(0.8) ? 'failed' : 'unsent';
  const sum = rates.failed + rates.lost + rates.unsent + rates.slow;
  if (sum === 0) return 'fine';
  const roll = dice.fraction();
  if (roll >= sum) return 'fine';
  if (roll < rates.failed) return 'failed';
  if (roll < rates.failed + rates.lost) return 'lost';
  return roll < rates.failed + rates.lost + rates.unsent ? 'unsent' : 'slow';
}

/** The SDK's patience, as `functions/adapters/patience.ts` sets it. */
export const ATTEMPTS = 3;
export const TIMEOUT_MS = 3_000;

/** The SDK waits between attempts: up to so long, doubled each time. */
export const BACKOFF_MS = 50;
