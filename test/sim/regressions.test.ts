import { describe, expect, it } from 'vitest';
import { drawHistory } from '../../sim/draw.ts';
import { play } from '../../sim/play.ts';

/** Seeds that found something once, and what it was. */
const FOUND: readonly (readonly [number, string])[] = [
  [10_074, 'an incident of what could not be looked at ended with a look that failed'],
  [17_383, 'a run that could not record an acceptance sent the message again'],
  [1_562, 'the same while the store was losing answers'],
];

describe('what the simulator found before stays mended', () => {
  it.each(FOUND)('seed %i: %s', async seed => {
    expect((await play(drawHistory(seed))).violation).toBeUndefined();
  });
});
