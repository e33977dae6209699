import type { Monitor } from './config/model.ts';
import type { Observation } from './observation.ts';
import type { CheckResult } from './run.ts';
import type { ServiceState } from './state.ts';
import type { WatchedService } from './step.ts';

/**
 * Whether Tocsin itself can see. When every probe of a run fails in a way that points at us, nothing is known about the
 * targets: their results become unknown, nobody is paged for each of them, and one page says that monitoring is blind.
 */

/** One failure could be the target's own; failures of as many hosts at once could not. */
const BLIND_HOSTS = 2;

const OUR_DNS_CODES = new Set(['ETIMEOUT', 'ETIMEDOUT', 'ECONNREFUSED', 'EAI_AGAIN', 'ECANCELLED', 'ESERVFAIL']);
const OUR_NETWORK_CODES = new Set(['ENETUNREACH', 'EHOSTUNREACH', 'ENETDOWN', 'EADDRNOTAVAIL']);

/** Whether a probe failed in a way that points at us: no resolver answered, no route led out, or nothing came back. */
export function pointsAtUs({ failure, connected }: Observation): boolean {
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

/** Whether a probe was made at all; one that was not says nothing of our sight. */
export function wasMade({ failure }: Observation): boolean {
  return failure?.reason !== 'not-measured' && failure?.reason !== 'secret';
}

/**
 * Why we see nothing, or `undefined` when we see. Looks at what was measured in this run and, while that is of fewer than
 * two hosts, at what the runs before measured: a schedule that is due one monitor at a time goes blind as well.
 * @param measured of this run, probes that were not made left out
 * @param before what earlier runs measured, a list a run, newest run first
 * @param hostOf the host that a monitor asks; undefined of a monitor that is no longer configured
 */
export function blindness(
  measured: readonly CheckResult[],
  before: readonly (readonly CheckResult[])[],
  hostOf: (monitor: string) => string | undefined,
): string | undefined {
  if (measured.length === 0) return undefined;
  const hosts = new Set<string>();
  const seen: CheckResult[] = [];
  for (const results of [measured, ...before]) {
    if (hosts.size >= BLIND_HOSTS) break;
    for (const result of results) {
      const host = hostOf(result.monitor);
      if (host === undefined) continue;
      hosts.add(host);
      seen.push(result);
    }
  }
  if (hosts.size < BLIND_HOSTS || !seen.every(result => result.pointsAtUs)) return undefined;
  const example = measured[0]?.reasons[0] ?? 'no reason given';
  return `all ${seen.length} probes to ${hosts.size} hosts failed in a way that points at our own network: ${example}`;
}

/** The host that a monitor depends on to answer: its own, or the resolver that it asks. Ports are the host's business. */
export function hostOf(monitor: Monitor): string {
  switch (monitor.kind) {
    case 'http':
      // A target that holds a reference may be no address yet.
      return URL.canParse(monitor.target) ? new URL(monitor.target).hostname : monitor.target;
    case 'dns':
      return monitor.resolver ?? 'the resolver of the system';
    case 'tcp':
    case 'tls':
      return monitor.host;
  }
}

/** The same results with every verdict unknown: what was seen through blind eyes. */
export function unseen(results: readonly CheckResult[], why: string): CheckResult[] {
  return results.map(result => ({ ...result, verdict: 'unknown' as const, reasons: [`could not look: ${why}`] }));
}

/** What `unseen` made of a result: it is about us, and no service is judged by it. */
export function isUnseen({ verdict, pointsAtUs }: CheckResult): boolean {
  return verdict === 'unknown' && pointsAtUs;
}

/** The service under which a shard watches its own sight. Ids of the configuration never begin with an underscore. */
export function ownService(shard: number): WatchedService {
  return {
    id: `_tocsin.${shard}`,
    name: 'Tocsin itself',
    monitors: [
      {
        id: sightMonitor(shard),
        name: 'Monitoring is blind',
        severity: 'critical',
        failureThreshold: 2,
        recoveryThreshold: 2,
      },
    ],
  };
}

/** The service under which a shard watches one of its channels: each has its own incident, so none hides another. */
export function channelService(shard: number, channel: string): WatchedService {
  const id = `_tocsin.${shard}.channel.${channel}`;
  const monitor = { id, name: `Channel ${channel} takes no messages`, severity: 'error', failureThreshold: 1 } as const;
  return { id, name: 'Tocsin itself', monitors: [{ ...monitor, recoveryThreshold: 1 }] };
}

/** The channel that one of Tocsin's own services has an eye on; undefined of any other service. */
export function channelOf(service: string): string | undefined {
  return /^_tocsin\.\d+\.channel\.(.+)$/.exec(service)?.[1];
}

/** A channel that refused a message this often in a row is failing. */
const FAILING_ATTEMPTS = 3;

/** How the channels are, by what is still owed to them: how often each refused the message it refused most. */
export function channelRefusals(states: readonly ServiceState[]): ReadonlyMap<string, number> {
  const refusals = new Map<string, number>();
  for (const { channel, attempts } of states.flatMap(({ outbox }) => outbox.flatMap(({ to }) => to))) {
    refusals.set(channel, Math.max(refusals.get(channel) ?? 0, attempts));
  }
  return refusals;
}

/** The channels that keep failing. */
export function failingChannels(refusals: ReadonlyMap<string, number>): ReadonlySet<string> {
  return new Set([...refusals].filter(([, attempts]) => attempts >= FAILING_ATTEMPTS).map(([channel]) => channel));
}

/** What Tocsin says of one of its channels in a slot; nothing of one that refused once or twice. */
export function channelResults(
  { id }: WatchedService,
  slotAt: number,
  refusals: ReadonlyMap<string, number>,
): CheckResult[] {
  const channel = channelOf(id);
  const attempts = refusals.get(channel ?? '') ?? 0;
  if (channel === undefined || (attempts > 0 && attempts < FAILING_ATTEMPTS)) return [];
  const down = attempts > 0;
  const reasons = down ? [`${channel} refused a message ${attempts} times; what it is owed waits`] : [];
  return [{ monitor: id, slotAt, verdict: down ? 'down' : 'up', reasons, phases: {}, pointsAtUs: false }];
}

function sightMonitor(shard: number): string {
  return `_tocsin.${shard}.sight`;
}

/** Whether an id is one of Tocsin's own, of a service or of a monitor. */
export function isOwn(id: string): boolean {
  return id.startsWith('_tocsin.');
}

/** The result of a run for the service that watches itself. */
export function ownResult(shard: number, slotAt: number, blind: string | undefined): CheckResult {
  return {
    monitor: sightMonitor(shard),
    slotAt,
    verdict: blind === undefined ? 'up' : 'down',
    reasons: blind === undefined ? [] : [blind],
    phases: {},
    pointsAtUs: false,
  };
}
