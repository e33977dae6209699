import type { Observation } from '../core/observation.ts';
import type { TargetLetter, Turn } from './history.ts';

/** What a target does at this time. */
export function letterAt(turns: readonly Turn[] | undefined, at: number): TargetLetter {
  let letter: TargetLetter = 'u';
  for (const turn of turns ?? []) {
    if (turn.at > at) break;
    letter = turn.letter;
  }
  return letter;
}

/** What a probe sees of a target that does this. */
export function observe(letter: TargetLetter, startedAt: number): Observation {
  const base = { startedAt, attempts: 1, timings: { connectMs: 2, totalMs: 12.3 } };
  switch (letter) {
    case 'u':
      return { ...base, connected: true, status: 200 };
    case 'g':
      return { ...base, connected: true, status: 200, timings: { connectMs: 2, totalMs: 2_345 } };
    case 'd':
      return { ...base, connected: true, status: 503 };
    case 'n':
      return { ...base, connected: false, failure: { reason: 'connect', code: 'ENETUNREACH', detail: 'no route' } };
    case 't':
      return { ...base, connected: false, failure: { reason: 'timeout', phase: 'connect', detail: 'no answer' } };
    case 's': {
      const failure = { reason: 'secret', detail: 'a secret could not be read' } as const;
      return { ...base, connected: false, attempts: 0, failure };
    }
  }
}
