import type { MonitorKind, Severity } from './config/model.ts';
import { openIncident, withAlerts, withEvent } from './incident.ts';
import { cut, oneLine } from './message/plain-text.ts';
import type { CheckResult } from './run.ts';
import { isWorse } from './severity.ts';
import type { Alert, Incident, MonitorState, ServiceState } from './state.ts';
import { advance, type Thresholds, troubleOf } from './streak.ts';

/** What `step` needs to know of a monitor; every monitor of the configuration is one. */
export interface WatchedMonitor extends Thresholds {
  readonly id: string;
  readonly name: string;
  readonly severity: Severity;
  readonly kind?: MonitorKind;
  readonly target?: string;
  readonly host?: string;
  readonly port?: number;
}

/** What `step` needs to know of a service; every service of the configuration is one. */
export interface WatchedService {
  readonly id: string;
  readonly name: string;
  readonly group?: string;
  readonly runbook?: string;
  /** Empty: the service is no longer watched, and what is open ends. */
  readonly monitors: readonly WatchedMonitor[];
}

export interface StepInput {
  readonly service: WatchedService;
  readonly state: ServiceState;
  /** The slot that is judged. */
  readonly slotAt: number;
  /** What was measured in this slot and counts, at most one result a monitor. */
  readonly results: readonly CheckResult[];
  /** The last results of a monitor, newest first, this slot's included: what a page shows. */
  readonly history: (monitor: string) => readonly CheckResult[];
  /** Epoch ms. */
  readonly now: number;
}

/** What was decided, and why. */
export type Decision =
  | { readonly decision: 'opened' | 'resolved' | 'raised'; readonly incident: string; readonly reason: string }
  | { readonly decision: 'joined' | 'left'; readonly incident: string; readonly reason: string }
  | { readonly decision: 'none'; readonly reason: 'nothing changed' | 'counting' | 'already open' | 'settled' };

export interface StepOutcome {
  /** The same object when nothing changed: then nothing is to be written. */
  readonly state: ServiceState;
  readonly decisions: readonly Decision[];
}

/** An alert keeps this much of why; a state of many alerts stays far below the limit of an item. */
const ALERT_REASONS = 3;
const LONGEST_REASON = 200;

/** One slot of one service: streaks, alerts, the incident. What people are told of it is `tend`'s. */
export function step(input: StepInput): StepOutcome {
  const { state: before, slotAt } = input;
  if (slotAt <= (before.settledAt ?? 0)) return { state: before, decisions: [{ decision: 'none', reason: 'settled' }] };
  const monitors = advanceAll(input);
  if (monitors === before.monitors) {
    return { state: before, decisions: [{ decision: 'none', reason: 'nothing changed' }] };
  }
  // A monitor that was taken out may come back: what it did before is not to be counted a second time.
  const dropped = Object.keys(before.monitors).some(id => !(id in monitors));
  const state: ServiceState = {
    ...before,
    monitors,
    ...(dropped && { settledAt: slotAt }),
    ...stillDismissed(input, monitors),
  };
  const alerts = alertsOf(input, monitors);
  if (state.incident !== undefined) {
    return alerts.length === 0 ? resolve(input, state, state.incident) : join(input, state, state.incident, alerts);
  }
  if (alerts.length > 0) return open(input, state, alerts);
  return { state, decisions: [{ decision: 'none', reason: 'counting' }] };
}

/** The same record when no monitor changed. Monitors that are no longer configured are dropped. */
function advanceAll({ service, state, slotAt, results }: StepInput): ServiceState['monitors'] {
  const monitors: Record<string, MonitorState> = {};
  const measured = new Map(results.map(result => [result.monitor, result]));
  let changed = false;
  for (const monitor of service.monitors) {
    const before = state.monitors[monitor.id];
    const result = measured.get(monitor.id);
    const after = result === undefined ? before : advance(before, result.verdict, slotAt, monitor);
    if (after !== undefined) monitors[monitor.id] = after;
    if (after !== before) changed = true;
  }
  const dropped = Object.keys(state.monitors).some(id => !(id in monitors));
  return changed || dropped ? monitors : state.monitors;
}

/** Who resolved an alert by hand is not paged for it again; once the monitor was well, it counts as any other. */
function stillDismissed(
  { service, state }: StepInput,
  monitors: ServiceState['monitors'],
): Pick<ServiceState, 'dismissed'> {
  if (state.dismissed === undefined) return {};
  const troubled = service.monitors.filter(monitor => troubleOf(monitors[monitor.id], monitor) !== undefined);
  return { dismissed: state.dismissed.filter(id => troubled.some(monitor => monitor.id === id)) };
}

function alertsOf(input: StepInput, monitors: ServiceState['monitors']): Alert[] {
  const dismissed = new Set(input.state.dismissed);
  const known = new Map(input.state.incident?.alerts.map(alert => [alert.monitor, alert]));
  return input.service.monitors.flatMap(monitor => {
    const state = monitors[monitor.id];
    const trouble = troubleOf(state, monitor);
    if (state === undefined || trouble === undefined || dismissed.has(monitor.id)) return [];
    const before = known.get(monitor.id);
    // What flapped and then stayed down is another trouble; while it flaps, it is the same.
    const same = before !== undefined && (before.trouble === trouble || state.flapping === true);
    return [same ? before : newAlert(input, monitor, trouble, state)];
  });
}

function newAlert(input: StepInput, monitor: WatchedMonitor, trouble: Alert['trouble'], state: MonitorState): Alert {
  const example = input.history(monitor.id).find(result => result.verdict === trouble);
  const reasons = (example?.reasons ?? []).slice(0, ALERT_REASONS);
  return {
    monitor: monitor.id,
    name: monitor.name,
    trouble,
    severity: monitor.severity,
    sinceAt: state.turnedAt,
    reasons: reasons.map(reason => cut(oneLine(reason), LONGEST_REASON)),
  };
}

function open(input: StepInput, state: ServiceState, alerts: readonly Alert[]): StepOutcome {
  const incident = openIncident(input.service, alerts, input.slotAt, input.now);
  const reason = alerts.map(alert => `${alert.monitor} is ${alert.trouble}`).join(', ');
  return { state: { ...state, incident }, decisions: [decided('opened', incident, reason)] };
}

/** The incident goes on: alerts may have joined or left. */
function join(input: StepInput, state: ServiceState, before: Incident, alerts: readonly Alert[]): StepOutcome {
  const incident = withAlerts(before, alerts, input.now, whyGone(input));
  const decisions: Decision[] = [
    ...difference(alerts, before.alerts).map(alert =>
      decided('joined', incident, `${alert.monitor} is ${alert.trouble}`),
    ),
    ...difference(before.alerts, alerts).map(alert => decided('left', incident, whyGone(input)(alert))),
  ];
  if (isWorse(incident.severity, before.severity)) {
    decisions.push(decided('raised', incident, `from ${before.severity} to ${incident.severity}`));
  }
  const nothing: Decision = { decision: 'none', reason: 'already open' };
  return { state: { ...state, incident }, decisions: decisions.length > 0 ? decisions : [nothing] };
}

/** The last alert left. The closed incident stays in the state until its messages are accepted and it is on record. */
function resolve(input: StepInput, state: ServiceState, open: Incident): StepOutcome {
  const gone = whyGone(input);
  const removed = open.alerts.filter(alert => !input.service.monitors.some(monitor => monitor.id === alert.monitor));
  const ended = removed.length > 0 && removed.length === open.alerts.length;
  const reason = ended ? open.alerts.slice(0, 3).map(gone).join(', ') : 'all monitors are well again';
  const back = open.alerts.flatMap(alert => state.monitors[alert.monitor]?.turnedAt ?? []);
  const closed: Incident = {
    ...withEvent(withAlerts(open, [], input.now, gone), { at: input.now, event: 'resolved', text: reason }),
    resolvedAt: input.slotAt,
    ending: {
      alerts: open.alerts,
      backAt: Math.max(...(back.length > 0 ? back : [input.slotAt])),
      ...(ended && { because: reason }),
    },
  };
  const { incident: _, ...rest } = state;
  return { state: { ...rest, closed: [...state.closed, closed] }, decisions: [decided('resolved', closed, reason)] };
}

function whyGone({ service }: StepInput): (alert: Alert) => string {
  return ({ monitor, name, trouble }) =>
    service.monitors.some(watched => watched.id === monitor)
      ? `${name} is no longer ${trouble}`
      : `${name} is no longer watched`;
}

function difference(these: readonly Alert[], those: readonly Alert[]): readonly Alert[] {
  return these.filter(alert => !those.some(other => other.monitor === alert.monitor));
}

function decided(
  decision: 'opened' | 'resolved' | 'raised' | 'joined' | 'left',
  incident: Incident,
  reason: string,
): Decision {
  return { decision, incident: incident.id, reason };
}
