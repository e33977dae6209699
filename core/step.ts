import type { MonitorKind, Severity } from './config/model.ts';
import { openIncident, withAlerts, withEvent } from './incident.ts';
import { owe } from './outbox.ts';
import { pageOf } from './page.ts';
import type { CheckResult } from './run.ts';
import { isWorse } from './severity.ts';
import type { Alert, Incident, MonitorState, ServiceState } from './state.ts';
import { advance, type Thresholds } from './streak.ts';

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
  /** What was measured in this slot, at most one result a monitor. */
  readonly results: readonly CheckResult[];
  /** The last results of a monitor, newest first, this slot's included: what a page shows. */
  readonly history: (monitor: string) => readonly CheckResult[];
  /** Epoch ms. */
  readonly now: number;
  /** Who will deliver what is owed, and until when nobody else should. */
  readonly claim: { readonly by: string; readonly untilAt: number };
}

/** What was decided, and why. */
export type Decision =
  | { readonly decision: 'opened' | 'resolved' | 'raised'; readonly incident: string; readonly reason: string }
  | { readonly decision: 'joined' | 'left'; readonly incident: string; readonly reason: string }
  | { readonly decision: 'none'; readonly reason: 'nothing changed' | 'counting' | 'already open' };

export interface StepOutcome {
  /** The same object when nothing changed: then nothing is to be written. */
  readonly state: ServiceState;
  readonly decisions: readonly Decision[];
}

/** One slot of one service: streaks, alerts, the incident, and what the world is owed because of them. */
export function step(input: StepInput): StepOutcome {
  const monitors = advanceAll(input);
  if (monitors === input.state.monitors) {
    return { state: input.state, decisions: [{ decision: 'none', reason: 'nothing changed' }] };
  }
  const state = { ...input.state, monitors };
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
  let changed = false;
  for (const monitor of service.monitors) {
    const before = state.monitors[monitor.id];
    const result = results.find(candidate => candidate.monitor === monitor.id);
    const after = result === undefined ? before : advance(before, result.verdict, slotAt, monitor);
    if (after !== undefined) monitors[monitor.id] = after;
    if (after !== before) changed = true;
  }
  const dropped = Object.keys(state.monitors).some(id => !service.monitors.some(monitor => monitor.id === id));
  return changed || dropped ? monitors : state.monitors;
}

function alertsOf(input: StepInput, monitors: ServiceState['monitors']): Alert[] {
  return input.service.monitors.flatMap(monitor => {
    const state = monitors[monitor.id];
    if (state?.status !== 'down') return [];
    const known = input.state.incident?.alerts.find(alert => alert.monitor === monitor.id);
    if (known !== undefined) return [known];
    const failed = input.history(monitor.id).find(result => result.verdict === 'down');
    return [
      {
        monitor: monitor.id,
        name: monitor.name,
        severity: monitor.severity,
        sinceAt: state.sinceAt,
        reasons: failed?.reasons ?? [],
      },
    ];
  });
}

function open(input: StepInput, state: ServiceState, alerts: readonly Alert[]): StepOutcome {
  const incident = openIncident(input.service, alerts, input.slotAt, input.now);
  const reason = alerts.map(alert => `${alert.monitor} is down`).join(', ');
  const page = pageOf(input, incident, alerts);
  return {
    state: owe({ ...state, incident }, incident.id, 'opened', page, input),
    decisions: [{ decision: 'opened', incident: incident.id, reason }],
  };
}

/** The incident goes on: alerts may have joined or left. People are told again only when it became worse. */
function join(input: StepInput, state: ServiceState, before: Incident, alerts: readonly Alert[]): StepOutcome {
  const incident = withAlerts(before, alerts, input.now);
  const decisions: Decision[] = [
    ...difference(alerts, before.alerts).map(alert => decided('joined', incident, `${alert.monitor} is down`)),
    ...difference(before.alerts, alerts).map(alert => decided('left', incident, `${alert.monitor} is not down`)),
  ];
  const changed = { ...state, incident };
  if (isWorse(incident.severity, before.severity)) {
    const page = pageOf(input, incident, alerts);
    decisions.push(decided('raised', incident, `from ${before.severity} to ${incident.severity}`));
    return { state: owe(changed, incident.id, 'raised', page, input), decisions };
  }
  return {
    state: changed,
    decisions: decisions.length > 0 ? decisions : [{ decision: 'none', reason: 'already open' }],
  };
}

/** The last alert left. The closed incident stays in the state until its messages are accepted and it is on record. */
function resolve(input: StepInput, state: ServiceState, open: Incident): StepOutcome {
  const watched = new Set(input.service.monitors.map(monitor => monitor.id));
  const removed = open.alerts.every(alert => !watched.has(alert.monitor));
  const reason = removed ? 'no longer watched' : 'all monitors are well again';
  const ended = withEvent(removed ? { ...open, alerts: [] } : withAlerts(open, [], input.now), {
    at: input.now,
    event: 'resolved',
    text: reason,
  });
  const closed: Incident = { ...ended, resolvedAt: input.slotAt };
  const { incident: _, ...rest } = state;
  const back = open.alerts.flatMap(alert => state.monitors[alert.monitor]?.sinceAt ?? []);
  const ending = { backAt: Math.max(...(back.length > 0 ? back : [input.slotAt])) };
  const page = pageOf(input, closed, open.alerts, removed ? { ...ending, resolvedBecause: reason } : ending);
  return {
    state: owe({ ...rest, closed: [...state.closed, closed] }, closed.id, 'resolved', page, input),
    decisions: [decided('resolved', closed, reason)],
  };
}

function difference(these: readonly Alert[], those: readonly Alert[]): readonly Alert[] {
  return these.filter(alert => !those.some(other => other.monitor === alert.monitor));
}

function decided(decision: 'resolved' | 'raised' | 'joined' | 'left', incident: Incident, reason: string): Decision {
  return { decision, incident: incident.id, reason };
}
