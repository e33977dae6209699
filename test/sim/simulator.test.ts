import { describe, expect, it } from 'vitest';
import { drawHistory } from '../../sim/draw.ts';
import { exhaust } from '../../sim/exhaust.ts';
import { play, storyName } from '../../sim/play.ts';
import { shrink } from '../../sim/shrink.ts';
import { trySeeds } from '../../sim/try-seeds.ts';

const tell = (seed: number) => play(drawHistory(seed), { telling: true });

describe('the simulator', () => {
  it('tells the same story of the same seed, and others of others', async () => {
    const seeds = [3, 14, 159, 2653];
    const once = await Promise.all(seeds.map(tell));
    const again = [];
    for (const seed of seeds) again.push(await tell(seed));
    expect(again.map(storyName)).toEqual(once.map(storyName));
    expect(new Set(once.map(storyName)).size).toBe(seeds.length);
  });

  it('finds nothing in 300 seeds', async () => {
    const { seeds, found } = await trySeeds({ fromSeed: 1, count: 300 });
    expect(found).toBeUndefined();
    expect(seeds).toBe(300);
  });

  it('shrinks what it finds to what matters', async () => {
    const omit = await shrink(3, 'no such property');
    expect(omit).toEqual({});
  });
});

describe('every crash', () => {
  it('of a story that opens and ends leaves nothing lost', async () => {
    const exhausted = await exhaust({ stories: ['it opens and ends'], pairs: false });
    expect(exhausted.found).toBeUndefined();
    expect(exhausted.stories[0]?.plays).toBeGreaterThan(200);
  });
});
