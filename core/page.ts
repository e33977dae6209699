import { cut, oneLine } from './message/plain-text.ts';
import type { CheckResult } from './run.ts';
import type { Alert, Incident, Page, PageAlert, ServiceState } from './state.ts';
import type { WatchedMonitor, WatchedService } from './step.ts';

/** A page names this many alerts and shows this many results; messages stay far below the 256 KiB that SNS takes. */
const ALERTS = 10;
const RESULTS = 5;
const LONGEST_NAME = 120;
const LONGEST_TARGET = 300;
const LONGEST_REASON = 120;

/** What a page needs to know beside the incident. */
export interface PageContext {
  readonly service: WatchedService;
  readonly state: ServiceState;
  /** The last results of a monitor, newest first. */
  readonly history: (monitor: string) => readonly CheckResult[];
}

/** The snapshot that a message is made of, taken when it is decided that people must be told. */
export function pageOf(context: PageContext, incident: Incident, first: readonly Alert[] = []): Page {
  const { id, name, group, runbook } = context.service;
  const alerts = incident.ending?.alerts ?? [...first, ...incident.alerts.filter(alert => !first.includes(alert))];
  return {
    service: {
      id,
      name: named(name, id),
      ...(group !== undefined && { group: cut(oneLine(group), LONGEST_NAME) }),
      ...(runbook !== undefined && { runbook: cut(oneLine(runbook), 2 * LONGEST_TARGET) }),
    },
    severity: incident.severity,
    openedAt: incident.openedAt,
    sinceAt: incident.sinceAt,
    ...(incident.resolvedAt !== undefined && { resolvedAt: incident.resolvedAt }),
    ...(incident.ending !== undefined && { backAt: incident.ending.backAt }),
    ...(incident.ending?.because !== undefined && { resolvedBecause: incident.ending.because }),
    ...(incident.acknowledged !== undefined && { acknowledgedBy: incident.acknowledged.by }),
    alerts: alerts.slice(0, ALERTS).map(alert => pageAlert(context, alert)),
    moreAlerts: Math.max(0, alerts.length - ALERTS),
  };
}

function pageAlert({ service, history, state }: PageContext, alert: Alert): PageAlert {
  const monitor = service.monitors.find(candidate => candidate.id === alert.monitor);
  const target = monitor && targetOf(monitor);
  const results = history(alert.monitor);
  return {
    monitor: alert.monitor,
    name: named(alert.name, alert.monitor),
    ...(monitor?.kind !== undefined && { kind: monitor.kind }),
    ...(target !== undefined && { target: cut(oneLine(target), LONGEST_TARGET) }),
    trouble: alert.trouble,
    sinceAt: alert.sinceAt,
    reasons: alert.reasons,
    recent: state.monitors[alert.monitor]?.recent ?? '',
    results: results.slice(0, RESULTS).map(pageResult),
  };
}

function pageResult({ slotAt, verdict, latencyMs, reasons }: CheckResult): PageAlert['results'][number] {
  const reason = reasons[0] === undefined ? undefined : cut(oneLine(reasons[0]), LONGEST_REASON);
  return { slotAt, verdict, ...(latencyMs !== undefined && { latencyMs }), ...(reason !== undefined && { reason }) };
}

/** A name on one line; of a name that has nothing to show, the id. */
function named(name: string, id: string): string {
  return cut(oneLine(name), LONGEST_NAME) || id;
}

/** What the monitor asks, as the operator wrote it: references to secrets stay references. */
function targetOf(monitor: WatchedMonitor): string | undefined {
  if (monitor.target !== undefined) return monitor.target;
  if (monitor.host === undefined) return undefined;
  const host = monitor.host.includes(':') ? `[${monitor.host}]` : monitor.host;
  return `${host}:${monitor.port}`;
}
