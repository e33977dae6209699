import type { Failure, Observation, Phase } from '../../../core/observation.ts';
import type { Attempt, ProbeContext, Sighting } from './prober.ts';

interface Limits {
  readonly timeoutMs: number;
  readonly allowPrivate: boolean;
}

/**
 * Runs one attempt under its deadline. Resolves when `ask` does, or at the deadline, whichever is first; never rejects.
 * Whatever was opened is released before it resolves, and what `ask` does afterwards is of no consequence.
 */
export function observe(
  limits: Limits,
  context: ProbeContext,
  ask: (attempt: Attempt) => Promise<Failure | undefined>,
): Promise<Observation> {
  const startedAt = Date.now();
  const startedMs = performance.now();
  const remainingMs = (context.deadlineAt ?? Number.POSITIVE_INFINITY) - startedAt;
  return new Promise(resolve => {
    const seen: Sighting = { connected: false, timings: {} };
    const releases: (() => void)[] = [];
    let over = false;
    const attempt: Attempt = {
      startedAt,
      allowPrivate: limits.allowPrivate,
      seen,
      phase: 'dns',
      isOver: () => over,
      onEnd: release => (over ? release() : void releases.push(release)),
    };
    const end = (failure: Failure | undefined) => {
      if (over) return;
      over = true;
      clearTimeout(timer);
      // Last opened, first closed: Node crashes when the socket goes before the TLS layer that is at work on it.
      for (const release of releases.reverse()) release();
      const timings = { ...seen.timings, totalMs: performance.now() - startedMs };
      resolve({ ...seen, ...(failure && { failure }), startedAt, timings, attempts: 1 });
    };
    const cutByRun = remainingMs < limits.timeoutMs;
    const timer = setTimeout(
      () => end(cutByRun ? outOfTime() : timeout(limits.timeoutMs, attempt.phase)),
      Math.max(0, Math.min(limits.timeoutMs, remainingMs)),
    );
    if (remainingMs <= 0) end(outOfTime());
    else ask(attempt).then(end, error => end(unexpected(error)));
  });
}

function timeout(timeoutMs: number, phase: Phase): Failure {
  return { reason: 'timeout', detail: `no complete answer within ${timeoutMs} ms`, phase };
}

/** The run had no time left for it. */
export function outOfTime(): Failure {
  return { reason: 'not-measured', detail: 'the run had no time left for it' };
}

/** A fault of ours, or input that a lower layer refuses: still a value, so that the neighbours go on. */
function unexpected(error: unknown): Failure {
  const detail = error instanceof Error ? error.message : String(error);
  const code = codeOf(error);
  return { reason: 'protocol', detail: `could not ask: ${detail}`, ...(code !== undefined && { code }) };
}

/** A callback whose exception rejects the promise it works for: thrown from an event it would end the process. */
export function guarded<A extends readonly unknown[]>(
  reject: (error: unknown) => void,
  callback: (...given: A) => void,
): (...given: A) => void {
  return (...given) => {
    try {
      callback(...given);
    } catch (error) {
      reject(error);
    }
  };
}

/** The `code` of a system, DNS, TLS or HTTP parser error. */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
