import { SEVERITIES, type Severity } from '../config/model.ts';
import type { OutboxEntry } from '../state.ts';
import { factsOf } from './facts.ts';
import { acknowledgeLink, incidentLink, webAddress } from './links.ts';
import type { Links } from './outgoing.ts';
import { cut, oneLine, plainName } from './plain-text.ts';
import { detail, headline } from './short.ts';

/** Alertmanager takes an alert for resolved this long after it was last sent; our own end always comes before. */
const ENDS_AFTER_MS = 30 * 86_400_000;
const LONGEST_ANNOTATION = 2000;

/**
 * The body of Alertmanager's `POST /api/v2/alerts`. Its alerts are told apart by their labels alone, so the labels hold
 * nothing that changes while an incident lives, but for its severity, by which people route: when that was raised, and
 * at the end, what was sent under the milder ones ends too. Source:
 * https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml (postableAlerts)
 */
export function alertmanagerBody(entry: OutboxEntry, links: Links) {
  const { event, page, createdAt } = entry;
  const endedAt = page.backAt ?? page.resolvedAt ?? createdAt;
  const generator = webAddress(incidentLink(entry, links));
  const current = {
    ...alertOf(entry, page.severity, event === 'resolved' ? endedAt : createdAt + ENDS_AFTER_MS),
    annotations: annotationsOf(entry, links),
    ...(generator !== undefined && { generatorURL: generator }),
  };
  if (event !== 'raised' && event !== 'resolved') return [current];
  const milder = SEVERITIES.slice(SEVERITIES.indexOf(page.severity) + 1);
  const milderEndedAt = event === 'resolved' ? endedAt : createdAt;
  return [current, ...milder.map(severity => alertOf(entry, severity, milderEndedAt))];
}

function alertOf({ page }: OutboxEntry, severity: Severity, endsAt: number) {
  return {
    labels: {
      alertname: 'TocsinIncident',
      service: page.service.id,
      severity,
      ...(page.service.group !== undefined && { group: oneLine(page.service.group) }),
    },
    startsAt: new Date(page.sinceAt).toISOString(),
    // It refuses what ends before it starts.
    endsAt: new Date(Math.max(endsAt, page.sinceAt)).toISOString(),
  };
}

function annotationsOf(entry: OutboxEntry, links: Links): Readonly<Record<string, string>> {
  const { alerts, moreAlerts, service } = entry.page;
  const acknowledge = acknowledgeLink(entry, links);
  const reasons = alerts.map(alert => `${plainName(alert.name, alert.monitor)}: ${alert.reasons.join('; ')}`);
  const facts = factsOf(entry).map(({ label, value }) => `${label}: ${value}`);
  const more = moreAlerts > 0 ? [`and ${moreAlerts} more monitors`] : [];
  const annotations = {
    summary: `${headline(entry, plainName)}${detail(entry)}`,
    description: [...facts, ...reasons, ...more].join(' | '),
    monitors: alerts.map(alert => alert.monitor).join(', '),
    incident: entry.incident,
    ...(service.runbook !== undefined && { runbook_url: service.runbook }),
    ...(acknowledge !== undefined && { acknowledge_url: acknowledge }),
  };
  return Object.fromEntries(
    Object.entries(annotations).map(([name, text]) => [name, cut(oneLine(text), LONGEST_ANNOTATION)]),
  );
}
