import { drawHistory } from './draw.ts';
import { play, type Violation } from './play.ts';

/** A stretch of seeds. */
export interface Stretch {
  readonly fromSeed: number;
  readonly count: number;
}

/** What came of a stretch; it ends with the first seed that finds something. */
export interface Tried {
  readonly seeds: number;
  readonly steps: number;
  readonly found?: Found;
}

export interface Found {
  readonly seed: number;
  readonly violation: Violation;
}

export async function trySeeds({ fromSeed, count }: Stretch): Promise<Tried> {
  let steps = 0;
  for (let seed = fromSeed; seed < fromSeed + count; seed++) {
    const outcome = await play(drawHistory(seed));
    steps += outcome.steps;
    const { violation } = outcome;
    if (violation !== undefined) return { seeds: seed - fromSeed + 1, steps, found: { seed, violation } };
  }
  return { seeds: count, steps };
}
