import type { Observation } from './observation.ts';
import type { CheckResult } from './run.ts';
import type { WatchedService } from './step.ts';

/**
 * Whether Tocsin itself can see. When every probe of a run fails in a way that points at us, nothing is known about the
 * targets: their results become unknown, nobody is paged for each of them, and one page says that monitoring is blind.
 */

/** One failure could be the target's own; failures of as many hosts at once could not. */
const BLIND_HOSTS = 2;

const OUR_DNS_CODES = new Set(['ETIMEOUT', 'ETIMEDOUT', 'ECONNREFUSED', 'EAI_AGAIN', 'ECANCELLED']);
const OUR_NETWORK_CODES = new Set(['ENETUNREACH', 'EHOSTUNREACH', 'ENETDOWN', 'EADDRNOTAVAIL']);

/** What a run saw of one monitor, and the host it asked. */
export interface Seen {
  readonly monitor: string;
  readonly host: string;
  readonly observation: Observation;
}

/** Why a run saw nothing, or `undefined` when it saw. Probes that were never made say nothing either way. */
export function blindness(seen: readonly Seen[]): string | undefined {
  const made = seen.filter(
    ({ observation: { failure } }) => failure?.reason !== 'not-measured' && failure?.reason !== 'secret',
  );
  const hosts = new Set(made.map(({ host }) => host));
  if (hosts.size < BLIND_HOSTS || !made.every(({ observation }) => pointsAtUs(observation))) return undefined;
  const example = made[0]?.observation.failure?.detail ?? '';
  return `all ${made.length} probes to ${hosts.size} hosts failed in a way that points at our own network: ${example}`;
}

/** No resolver answered, no route led out, or nothing came back before a connection stood. */
function pointsAtUs({ failure, connected }: Observation): boolean {
  if (failure === undefined || connected) return false;
  const code = failure.code ?? '';
  switch (failure.reason) {
    case 'dns':
      return OUR_DNS_CODES.has(code);
    case 'connect':
      return OUR_NETWORK_CODES.has(code);
    case 'timeout':
      return failure.phase === 'dns' || failure.phase === 'connect';
    default:
      return false;
  }
}

/** The same results with every verdict unknown: what was seen through blind eyes. */
export function unseen(results: readonly CheckResult[], why: string): CheckResult[] {
  return results.map(result => ({ ...result, verdict: 'unknown' as const, reasons: [`could not look: ${why}`] }));
}

/** The service under which a shard watches its own sight. Ids of the configuration never begin with an underscore. */
export function ownService(shard: number): WatchedService {
  return {
    id: `_tocsin.${shard}`,
    name: 'Tocsin itself',
    monitors: [
      {
        id: `_tocsin.${shard}.sight`,
        name: 'Monitoring is blind',
        severity: 'critical',
        failureThreshold: 2,
        recoveryThreshold: 2,
      },
      {
        id: `_tocsin.${shard}.coverage`,
        name: 'Some monitors cannot be looked at',
        severity: 'error',
        failureThreshold: 3,
        recoveryThreshold: 2,
      },
    ],
  };
}

/** Whether an id is one of Tocsin's own, of a service or of a monitor. */
export function isOwn(id: string): boolean {
  return id.startsWith('_tocsin.');
}

/**
 * The results of a run for the service that watches itself: is it blind, and was everything that was due looked at?
 * @param results of the monitors that were due, after the blind guard
 */
export function ownResults(
  shard: number,
  slotAt: number,
  results: readonly CheckResult[],
  blind: string | undefined,
): CheckResult[] {
  const unknown = results.filter(result => result.verdict === 'unknown');
  const own = (name: string, reasons: string[]): CheckResult => ({
    monitor: `_tocsin.${shard}.${name}`,
    slotAt,
    verdict: reasons.length > 0 ? 'down' : 'up',
    reasons,
    phases: {},
    late: false,
  });
  const sight = own('sight', blind === undefined ? [] : [blind]);
  if (blind !== undefined) return [sight];
  const examples = unknown.slice(0, 3).map(({ monitor, reasons }) => `${monitor}: ${reasons[0] ?? 'unknown'}`);
  const more = unknown.length > 3 ? [`and ${unknown.length - 3} more`] : [];
  return [sight, own('coverage', [...examples, ...more])];
}
