import type { OutboxEntry } from '../state.ts';
import { incidentLink } from './short.ts';

/** The body for machines (SQS, Lambda, HTTPS subscribers): the page as data. Times are ISO 8601 UTC. */
export function machineJson(entry: OutboxEntry, statusUrl: string) {
  const { page } = entry;
  return {
    version: 1,
    key: entry.key,
    event: entry.event,
    sequence: entry.sequence,
    createdAt: iso(entry.createdAt),
    severity: page.severity,
    service: page.service,
    incident: {
      id: entry.incident,
      openedAt: iso(page.openedAt),
      sinceAt: iso(page.sinceAt),
      ...(page.resolvedAt !== undefined && { resolvedAt: iso(page.resolvedAt) }),
      ...(page.backAt !== undefined && { backAt: iso(page.backAt) }),
      ...(page.resolvedBecause !== undefined && { resolvedBecause: page.resolvedBecause }),
      url: incidentLink(entry, statusUrl),
    },
    alerts: page.alerts.map(alert => ({
      ...alert,
      sinceAt: iso(alert.sinceAt),
      results: alert.results.map(({ slotAt, ...result }) => ({ slotAt: iso(slotAt), ...result })),
    })),
    moreAlerts: page.moreAlerts,
  };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
