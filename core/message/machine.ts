import type { OutboxEntry } from '../state.ts';
import { acknowledgeLink, incidentLink } from './links.ts';
import type { Links } from './outgoing.ts';
import { subjectLine } from './short.ts';

/** The body for machines (webhooks, SQS, Lambda, HTTPS subscribers): the page as data. Times are ISO 8601 UTC. */
export function machineJson(entry: OutboxEntry, links: Links) {
  const { page } = entry;
  const acknowledge = acknowledgeLink(entry, links);
  return {
    version: 1,
    key: entry.key,
    event: entry.event,
    sequence: entry.sequence,
    createdAt: iso(entry.createdAt),
    subject: subjectLine(entry),
    severity: page.severity,
    service: page.service,
    incident: {
      id: entry.incident,
      openedAt: iso(page.openedAt),
      sinceAt: iso(page.sinceAt),
      ...(page.acknowledgedBy !== undefined && { acknowledgedBy: page.acknowledgedBy }),
      ...(page.resolvedAt !== undefined && { resolvedAt: iso(page.resolvedAt) }),
      ...(page.backAt !== undefined && { backAt: iso(page.backAt) }),
      ...(page.resolvedBecause !== undefined && { resolvedBecause: page.resolvedBecause }),
      url: incidentLink(entry, links),
      ...(acknowledge !== undefined && { acknowledgeUrl: acknowledge }),
    },
    alerts: page.alerts.map(alert => ({
      ...alert,
      sinceAt: iso(alert.sinceAt),
      results: alert.results.map(({ slotAt, ...result }) => ({ slotAt: iso(slotAt), ...result })),
    })),
    moreAlerts: page.moreAlerts,
    ...(page.untold !== undefined && { untold: page.untold }),
  };
}

export type MachineJson = ReturnType<typeof machineJson>;

function iso(at: number): string {
  return new Date(at).toISOString();
}
