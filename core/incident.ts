import { isWorse, worst } from './severity.ts';
import type { Alert, Incident, TimelineEvent } from './state.ts';

/** A timeline keeps how it began and what came last; what is between is counted, so no item outgrows its limit. */
const FIRST_EVENTS = 10;
const LAST_EVENTS = 40;

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
    alerts,
    timeline: [],
    omitted: 0,
    sequence: 0,
  };
  const names = alerts.map(alert => `${alert.name} is down: ${alert.reasons[0] ?? 'no reason given'}`);
  return withEvent(opened, { at: now, event: 'opened', text: names.join('; ') });
}

/** The incident with these alerts instead of its own, and an event for each that joined or left. */
export function withAlerts(incident: Incident, alerts: readonly Alert[], now: number): Incident {
  const joined = alerts.filter(alert => !incident.alerts.some(known => known.monitor === alert.monitor));
  const left = incident.alerts.filter(known => !alerts.some(alert => alert.monitor === known.monitor));
  const severity = worst([incident.severity, ...alerts.map(alert => alert.severity)]);
  const events: TimelineEvent[] = [
    ...joined.map(alert => ({
      at: now,
      event: 'alert-joined' as const,
      text: `${alert.name} is down too: ${alert.reasons[0] ?? 'no reason given'}`,
    })),
    ...left.map(alert => ({ at: now, event: 'alert-left' as const, text: `${alert.name} is no longer down` })),
  ];
  if (isWorse(severity, incident.severity)) {
    events.push({ at: now, event: 'severity-raised', text: `from ${incident.severity} to ${severity}` });
  }
  return events.reduce(withEvent, { ...incident, severity, alerts });
}

/** The incident with one more event at its end, bounded. */
export function withEvent(incident: Incident, event: TimelineEvent): Incident {
  const timeline = [...incident.timeline, event];
  const excess = timeline.length - FIRST_EVENTS - LAST_EVENTS;
  if (excess <= 0) return { ...incident, timeline };
  return {
    ...incident,
    timeline: [...timeline.slice(0, FIRST_EVENTS), ...timeline.slice(FIRST_EVENTS + excess)],
    omitted: incident.omitted + excess,
  };
}
