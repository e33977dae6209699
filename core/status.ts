import type { Catalog, CatalogMonitor, CatalogService } from './catalog.ts';
import { type CheckResult, newestResults, type Run } from './run.ts';
import { isOwn } from './sight.ts';
import { runsOfInterval } from './slot.ts';
import { type Incident, incidentsOf, type MonitorState, type ServiceState } from './state.ts';

/**
 * What the API answers and the page shows, built field by field from the catalog, the states and the newest runs.
 * Times are ISO 8601 UTC; what is not known is null.
 */

export type StatusWord = MonitorState['status'];

export interface MonitorView {
  readonly id: string;
  readonly name: string;
  readonly group: string | null;
  readonly service: string;
  readonly kind: CatalogMonitor['kind'];
  readonly status: StatusWord;
  /** Since when it has this status; null when that is not known. */
  readonly since: string | null;
  readonly lastCheckedAt: string | null;
  readonly latencyMs: number | null;
  /** Why the last check was not up. */
  readonly reason: string | null;
  readonly incidentId: string | null;
}

export interface ServiceView {
  readonly id: string;
  readonly name: string;
  readonly group: string | null;
  readonly dependsOn: readonly string[];
  readonly status: StatusWord;
  readonly incidentId: string | null;
  readonly monitors: readonly MonitorView[];
}

export interface StatusView {
  /** The worst of all monitors. */
  readonly status: StatusWord;
  readonly generatedAt: string;
  readonly monitors: readonly MonitorView[];
}

export interface IncidentView {
  readonly id: string;
  readonly service: string;
  readonly name: string;
  readonly group: string | null;
  readonly state: 'triggered' | 'acknowledged' | 'resolved';
  readonly severity: Incident['severity'];
  readonly openedAt: string;
  readonly resolvedAt: string | null;
  readonly acknowledgedBy: string | null;
  /** Why nobody is told at the moment. */
  readonly withheld: string | null;
  readonly alerts: readonly {
    monitor: string;
    name: string;
    trouble: string;
    severity: string;
    since: string;
    reasons: readonly string[];
  }[];
  readonly timeline: readonly { at: string; event: string; text: string }[];
  /** Events left out of the middle of the timeline. */
  readonly omittedEvents: number;
}

export interface CheckView {
  readonly at: string;
  readonly status: CheckResult['verdict'];
  readonly latencyMs: number | null;
  readonly phases: CheckResult['phases'];
  readonly reasons: readonly string[];
}

/** What is known at a moment: the inputs of every view. */
export interface Known {
  readonly catalog: Catalog;
  readonly states: readonly ServiceState[];
  /** The newest runs of every shard, in any order. */
  readonly runs: readonly Run[];
  readonly runEverySeconds: number;
  readonly now: number;
}

/** A monitor that was not looked at for this many of its intervals is unknown, whatever it was before. */
const STALE_INTERVALS = 3;
const STALE_RUNS = 5;
/** A run is stored when its slowest probe is done. */
const LONGEST_RUN_MS = 90_000;

const WORST_FIRST: readonly StatusWord[] = ['down', 'degraded', 'unknown', 'up'];

/** The worst of some statuses: down, degraded, unknown, up; unknown of none. */
export function worstStatus(statuses: readonly StatusWord[]): StatusWord {
  return WORST_FIRST.find(word => statuses.includes(word)) ?? 'unknown';
}

export function statusView(known: Known): StatusView {
  const monitors = serviceViews(known).flatMap(service => service.monitors);
  return {
    status: worstStatus(monitors.map(monitor => monitor.status)),
    generatedAt: iso(known.now),
    monitors,
  };
}

export function serviceViews(known: Known): readonly ServiceView[] {
  const states = new Map(known.states.map(state => [state.service, state]));
  const newest = newestResults(known.runs);
  return known.catalog.services.map(service => serviceView(known, service, states.get(service.id), newest));
}

function serviceView(
  known: Known,
  service: CatalogService,
  state: ServiceState | undefined,
  newest: ReadonlyMap<string, CheckResult>,
): ServiceView {
  const monitors = service.monitors.map(monitor => monitorView(known, service, monitor, state, newest.get(monitor.id)));
  return {
    id: service.id,
    name: service.name,
    group: service.group ?? null,
    dependsOn: service.dependsOn,
    status: worstStatus(monitors.map(monitor => monitor.status)),
    incidentId: state?.incident?.id ?? null,
    monitors,
  };
}

function monitorView(
  known: Known,
  service: CatalogService,
  monitor: CatalogMonitor,
  state: ServiceState | undefined,
  last: CheckResult | undefined,
): MonitorView {
  const held = state?.monitors[monitor.id];
  const blur = whyUnknown(known, monitor, last);
  return {
    id: monitor.id,
    name: monitor.name,
    group: monitor.group ?? service.group ?? null,
    service: service.id,
    kind: monitor.kind,
    status: blur === undefined ? (held?.status ?? 'unknown') : 'unknown',
    since: held === undefined || blur !== undefined ? null : iso(held.sinceAt),
    lastCheckedAt: last === undefined ? null : iso(last.slotAt),
    latencyMs: last?.latencyMs ?? null,
    reason: blur ?? last?.reasons[0] ?? null,
    incidentId: state?.incident?.alerts.some(alert => alert.monitor === monitor.id) ? state.incident.id : null,
  };
}

/** Why the present state of a monitor is not known, or `undefined` when it is. */
function whyUnknown(known: Known, monitor: CatalogMonitor, last: CheckResult | undefined): string | undefined {
  if (last === undefined) return 'not checked yet';
  if (last.verdict === 'unknown') return last.reasons[0] ?? 'could not be looked at';
  const runs = runsOfInterval(monitor);
  const patienceMs = Math.max(STALE_RUNS, STALE_INTERVALS * runs) * known.runEverySeconds * 1000 + LONGEST_RUN_MS;
  return known.now - last.slotAt > patienceMs ? 'not checked for too long: are the runs going on?' : undefined;
}

export function incidentView(incident: Incident): IncidentView {
  return {
    id: incident.id,
    service: incident.service,
    name: incident.name,
    group: incident.group ?? null,
    state: stateOf(incident),
    severity: incident.severity,
    openedAt: iso(incident.openedAt),
    resolvedAt: incident.resolvedAt === undefined ? null : iso(incident.resolvedAt),
    acknowledgedBy: incident.acknowledged?.by ?? null,
    withheld: incident.withheld ?? null,
    alerts: incident.alerts.map(({ monitor, name, trouble, severity, sinceAt, reasons }) => ({
      monitor,
      name,
      trouble,
      severity,
      since: iso(sinceAt),
      reasons,
    })),
    timeline: incident.timeline.map(({ at, event, text }) => ({ at: iso(at), event, text })),
    omittedEvents: incident.omitted,
  };
}

function stateOf({ resolvedAt, acknowledged }: Incident): IncidentView['state'] {
  if (resolvedAt !== undefined) return 'resolved';
  return acknowledged === undefined ? 'triggered' : 'acknowledged';
}

/** The incidents that states still hold, newest first: the open ones, and those not on record yet. */
export function incidentsInStates(states: readonly ServiceState[]): Incident[] {
  return states
    .flatMap(incidentsOf)
    .sort((one, other) => other.openedAt - one.openedAt || (one.id < other.id ? 1 : -1));
}

export function checkView({ slotAt, verdict, latencyMs, phases, reasons }: CheckResult): CheckView {
  return { at: iso(slotAt), status: verdict, latencyMs: latencyMs ?? null, phases, reasons };
}

/** Whether Tocsin itself sees nothing at the moment. */
export function isBlind(states: readonly ServiceState[]): boolean {
  return states.some(state => isOwn(state.service) && state.monitors[`${state.service}.sight`]?.status === 'down');
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
