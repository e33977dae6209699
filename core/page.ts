import type { CheckResult } from './run.ts';
import type { Alert, Incident, Page, PageAlert } from './state.ts';
import type { StepInput, WatchedMonitor } from './step.ts';

/** A page names this many alerts and reasons, and shows this many results; an item stays far below its limit. */
const ALERTS = 10;
const REASONS = 4;
const RESULTS = 5;
const REASON_LENGTH = 300;

/** The snapshot that a message is made of, taken when it is decided that people must be told. */
export function pageOf(
  input: Pick<StepInput, 'service' | 'history'>,
  incident: Incident,
  alerts: readonly Alert[],
  ending: { readonly backAt?: number; readonly resolvedBecause?: string } = {},
): Page {
  const { id, name, group, runbook } = input.service;
  return {
    service: { id, name, ...(group !== undefined && { group }), ...(runbook !== undefined && { runbook }) },
    severity: incident.severity,
    openedAt: incident.openedAt,
    sinceAt: alerts.reduce((earliest, alert) => Math.min(earliest, alert.sinceAt), incident.openedAt),
    ...(incident.resolvedAt !== undefined && { resolvedAt: incident.resolvedAt }),
    ...ending,
    alerts: alerts.slice(0, ALERTS).map(alert => pageAlert(input, alert)),
    moreAlerts: Math.max(0, alerts.length - ALERTS),
  };
}

function pageAlert({ service, history }: Pick<StepInput, 'service' | 'history'>, alert: Alert): PageAlert {
  const monitor = service.monitors.find(candidate => candidate.id === alert.monitor);
  const target = monitor && targetOf(monitor);
  return {
    monitor: alert.monitor,
    name: alert.name,
    ...(monitor?.kind !== undefined && { kind: monitor.kind }),
    ...(target !== undefined && { target }),
    sinceAt: alert.sinceAt,
    reasons: alert.reasons.slice(0, REASONS).map(reason => reason.slice(0, REASON_LENGTH)),
    results: history(alert.monitor).slice(0, RESULTS).map(pageResult),
  };
}

function pageResult({ slotAt, verdict, latencyMs, reasons }: CheckResult): PageAlert['results'][number] {
  const reason = reasons[0]?.slice(0, REASON_LENGTH);
  return { slotAt, verdict, ...(latencyMs !== undefined && { latencyMs }), ...(reason !== undefined && { reason }) };
}

/** What the monitor asks, as the operator wrote it: references to secrets stay references. */
function targetOf(monitor: WatchedMonitor): string | undefined {
  if (monitor.target !== undefined) return monitor.target;
  if (monitor.host === undefined) return undefined;
  const host = monitor.host.includes(':') ? `[${monitor.host}]` : monitor.host;
  return `${host}:${monitor.port}`;
}
