import { SEVERITIES, type Severity } from './config/model.ts';

/** Whether one severity is worse than another. */
export function isWorse(one: Severity, other: Severity): boolean {
  return SEVERITIES.indexOf(one) < SEVERITIES.indexOf(other);
}

/** The worst of some severities; `info` of none. */
export function worst(severities: readonly Severity[]): Severity {
  return severities.reduce<Severity>((known, next) => (isWorse(next, known) ? next : known), 'info');
}
