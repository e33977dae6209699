/** Where everything comes from that a seed decides. The same seed and stream give the same numbers, on every machine. */
export interface Dice {
  /** 0 ≤ x < 1. */
  fraction(): number;
  /** A whole number, both ends included. */
  between(least: number, most: number): number;
  /** True so often: 0 never, 1 always. */
  chance(probability: number): boolean;
  oneOf<Choice>(choices: readonly [Choice, ...Choice[]]): Choice;
}

const GOLDEN = 0x9e3779b9;

/**
 * sfc32 (C. Doty-Humphrey, PractRand): 128 bits of state, no multiplication.
 * @param stream keeps dice of one seed independent: what one part draws moves nothing in another
 */
export function diceOf(seed: number, stream: number): Dice {
  let a = seed | 0;
  let b = (stream ^ GOLDEN) | 0;
  let c = Math.floor(seed / 0x1_0000_0000) | 0;
  let counter = 1;
  const next = (): number => {
    const sum = (a + b + counter++) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  for (let round = 0; round < 12; round++) next();
  const fraction = () => next() / 0x1_0000_0000;
  const between = (least: number, most: number) => least + Math.floor(fraction() * (most - least + 1));
  return {
    fraction,
    between,
    chance: probability => fraction() < probability,
    oneOf: choices => choices[between(0, choices.length - 1)] ?? choices[0],
  };
}
