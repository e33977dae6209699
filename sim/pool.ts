import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Found, Stretch, Tried } from './try-seeds.ts';

export interface Search extends Stretch {
  /** The worker that tries seeds; a mutant has its own. */
  readonly worker: URL;
  /** @default one a core */
  readonly workers?: number;
  readonly onProgress?: (seeds: number) => void;
}

export interface Searched {
  readonly seeds: number;
  readonly steps: number;
  readonly ms: number;
  /** Of those that were tried the one with the smallest seed. */
  readonly found?: Found;
}

/** Small enough to stop soon, large enough to be worth a message. */
const STRETCH = 100;

/** Tries seeds on all cores until one finds something. The workers end with the search. */
export async function search({ fromSeed, count, worker, workers, onProgress }: Search): Promise<Searched> {
  const startedAt = performance.now();
  const total = { seeds: 0, steps: 0 };
  const all: Found[] = [];
  let next = fromSeed;
  const one = async (): Promise<void> => {
    const thread = new Worker(worker);
    try {
      while (next < fromSeed + count && all.length === 0) {
        const stretch = { fromSeed: next, count: Math.min(STRETCH, fromSeed + count - next) };
        next += stretch.count;
        const tried = await answerOf(thread, stretch);
        total.seeds += tried.seeds;
        total.steps += tried.steps;
        if (tried.found !== undefined) all.push(tried.found);
        onProgress?.(total.seeds);
      }
    } finally {
      await thread.terminate();
    }
  };
  await Promise.all(Array.from({ length: workers ?? availableParallelism() }, one));
  const [found] = all.sort((a, b) => a.seed - b.seed);
  return { ...total, ms: performance.now() - startedAt, ...(found !== undefined && { found }) };
}

function answerOf(thread: Worker, stretch: Stretch): Promise<Tried> {
  return new Promise((resolve, reject) => {
    const onMessage = (tried: Tried) => {
      thread.off('error', reject);
      resolve(tried);
    };
    thread.once('message', onMessage);
    thread.once('error', reject);
    thread.postMessage(stretch);
  });
}
