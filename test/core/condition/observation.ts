import type { Observation } from '../../../core/observation.ts';

/** An observation of a target that answered, with what a test cares about. */
export function observed(facts: Partial<Observation> = {}): Observation {
  return { startedAt: 1_800_000_000_000, connected: true, timings: { totalMs: 50 }, attempts: 1, ...facts };
}

const HOUR_MS = 3_600_000;

/** A certificate that is valid for some more hours at the observation's start. */
export function validForHours(hours: number): Observation['certificate'] {
  const validToAt = observed().startedAt + hours * HOUR_MS;
  return { validToAt, subject: 'CN=example.com', issuer: 'CN=issuer', trusted: true };
}
