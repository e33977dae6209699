import { cut } from './message/plain-text.ts';
import { isWorse, worst } from './severity.ts';
import type { Alert, Incident, TimelineEvent } from './state.ts';

/** A timeline keeps how it began and what came last; what is between is counted, so no item outgrows its limit. */
const FIRST_EVENTS = 10;
const LAST_EVENTS = 40;
const LONGEST_EVENT = 300;

/** The first event names this many alerts. */
const NAMED_ALERTS = 5;

/**
 * Derived from the service and the opening slot, so that a replay names the same incident:
 * `checkout-20261120T100300Z`.
 */
export function incidentId(service: string, slotAt: number): string {
  return `${service}-${new Date(slotAt).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
}

/** The service and month in an incident's id; `undefined` when the text is no such id. */
export function parseIncidentId(id: string): { service: string; openedAt: number } | undefined {
  const match = /^(.{1,80})-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(id);
  if (match === null) return undefined;
  const [, service = '', year, month, day, hour, minute, second] = match;
  const openedAt = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(openedAt) ? undefined : { service, openedAt };
}

/** A new incident of a service, with the alerts that opened it. */
export function openIncident(
  service: { readonly id: string; readonly name: string; readonly group?: string },
  alerts: readonly Alert[],
  slotAt: number,
  now: number,
): Incident {
  const opened: Incident = {
    id: incidentId(service.id, slotAt),
    service: service.id,
    name: service.name,
    ...(service.group !== undefined && { group: service.group }),
    severity: worst(alerts.map(alert => alert.severity)),
    openedAt: slotAt,
    sinceAt: Math.min(slotAt, ...alerts.map(alert => alert.sinceAt)),
    alerts,
    timeline: [],
    omitted: 0,
    sequence: 0,
  };
  const texts = alerts.slice(0, NAMED_ALERTS).map(alert => `${alertText(alert)}`);
  const more = alerts.length > NAMED_ALERTS ? [`and ${alerts.length - NAMED_ALERTS} more`] : [];
  return withEvent(opened, { at: now, event: 'opened', text: [...texts, ...more].join('; ') });
}

/** `Checkout API is down: [STATUS] == 200 (was 503)`. */
function alertText({ name, trouble, reasons }: Alert): string {
  return `${name} is ${trouble}: ${reasons[0] ?? 'no reason given'}`;
}

/**
 * The incident with these alerts instead of its own, and an event for each that joined or left.
 * @param gone says why an alert left
 */
export function withAlerts(
  incident: Incident,
  alerts: readonly Alert[],
  now: number,
  gone: (alert: Alert) => string,
): Incident {
  const joined = alerts.filter(alert => !incident.alerts.some(known => known.monitor === alert.monitor));
  const left = incident.alerts.filter(known => !alerts.some(alert => alert.monitor === known.monitor));
  const severity = worst([incident.severity, ...alerts.map(alert => alert.severity)]);
  const events: TimelineEvent[] = [
    ...joined.map(alert => ({
      at: now,
      event: 'alert-joined' as const,
      text: alertText(alert),
    })),
    ...left.map(alert => ({ at: now, event: 'alert-left' as const, text: gone(alert) })),
  ];
  if (isWorse(severity, incident.severity)) {
    events.push({ at: now, event: 'severity-raised', text: `from ${incident.severity} to ${severity}` });
  }
  const sinceAt = Math.min(incident.sinceAt, ...joined.map(alert => alert.sinceAt));
  return events.reduce(withEvent, { ...incident, severity, sinceAt, alerts });
}

/** The incident with one more event at its end, bounded. */
export function withEvent(incident: Incident, event: TimelineEvent): Incident {
  const timeline = [...incident.timeline, { ...event, text: cut(event.text, LONGEST_EVENT) }];
  const excess = timeline.length - FIRST_EVENTS - LAST_EVENTS;
  if (excess <= 0) return { ...incident, timeline };
  return {
    ...incident,
    timeline: [...timeline.slice(0, FIRST_EVENTS), ...timeline.slice(FIRST_EVENTS + excess)],
    omitted: incident.omitted + excess,
  };
}
