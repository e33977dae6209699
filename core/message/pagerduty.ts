import { fingerprint } from '../hash.ts';
import type { MessageEvent, OutboxEntry } from '../state.ts';
import { factsOf } from './facts.ts';
import { acknowledgeLink, incidentLink, webAddress } from './links.ts';
import type { Links } from './outgoing.ts';
import { cut, oneLine, plainName } from './plain-text.ts';
import { detail, headline } from './short.ts';

const LONGEST_SUMMARY = 1024;
const LONGEST_KEY = 255;

/**
 * The body of PagerDuty's Events API v2, `/v2/enqueue`: far below its 512 KB. The dedup key is the incident, so that all
 * its messages belong to one alert there. An acknowledgement and an end need nothing else. Source:
 * https://github.com/PagerDuty/developer-docs/blob/main/docs/events-API-v2/02-Trigger-Events.md
 */
export function pagerdutyBody(entry: OutboxEntry, links: Links, routingKey: string) {
  const action = ACTIONS[entry.event];
  const known = { routing_key: routingKey, event_action: action, dedup_key: dedupKey(entry.incident) };
  if (action !== 'trigger') return known;
  return {
    ...known,
    client: 'Tocsin',
    client_url: incidentLink(entry, links),
    payload: payloadOf(entry),
    links: linksOf(entry, links),
  };
}

const ACTIONS: Readonly<Record<MessageEvent, 'trigger' | 'acknowledge' | 'resolve'>> = {
  opened: 'trigger',
  raised: 'trigger',
  reminded: 'trigger',
  escalated: 'trigger',
  flapping: 'trigger',
  acknowledged: 'acknowledge',
  resolved: 'resolve',
};

/** The incident, or, of one whose id is too long, its beginning and its fingerprint. */
export function dedupKey(incident: string): string {
  if (incident.length <= LONGEST_KEY) return incident;
  const mark = `~${fingerprint(incident)}`;
  return incident.slice(0, LONGEST_KEY - mark.length) + mark;
}

function payloadOf(entry: OutboxEntry) {
  const { page } = entry;
  const [first] = page.alerts;
  return {
    summary: cut(oneLine(`${headline(entry, plainName)}${detail(entry)}`), LONGEST_SUMMARY),
    source: page.service.id,
    severity: page.severity,
    timestamp: new Date(page.sinceAt).toISOString(),
    ...(first !== undefined && { component: first.monitor }),
    ...(page.service.group !== undefined && { group: oneLine(page.service.group) }),
    ...(first?.kind !== undefined && { class: first.kind }),
    custom_details: detailsOf(entry),
  };
}

/** What PagerDuty shows as a table: the facts, then a line a monitor. */
function detailsOf(entry: OutboxEntry): Readonly<Record<string, string | readonly string[]>> {
  const { alerts, moreAlerts, service } = entry.page;
  return {
    ...Object.fromEntries(factsOf(entry).map(({ label, value }) => [label, value])),
    ...(service.runbook !== undefined && { Runbook: oneLine(service.runbook) }),
    Monitors: [
      ...alerts.map(alert => {
        const target = alert.target === undefined ? '' : ` (${oneLine(alert.target)})`;
        return `${plainName(alert.name, alert.monitor)}${target}: ${alert.reasons.map(oneLine).join('; ')}`;
      }),
      ...(moreAlerts > 0 ? [`and ${moreAlerts} more`] : []),
    ],
  };
}

function linksOf(entry: OutboxEntry, links: Links) {
  const all = [
    { text: 'Runbook', address: entry.page.service.runbook },
    { text: 'Incident in Tocsin', address: incidentLink(entry, links) },
    { text: 'Acknowledge in Tocsin', address: acknowledgeLink(entry, links) },
  ];
  return all.flatMap(({ text, address }) => {
    const href = address === undefined ? undefined : webAddress(address);
    return href === undefined ? [] : [{ href, text }];
  });
}

/**
 * The body of a change event, `/v2/change/enqueue`: something that was done and may explain what follows.
 * @param atMs epoch ms
 */
export function changeEvent(
  change: { readonly text: string; readonly source: string; readonly atMs: number },
  routingKey: string,
) {
  return {
    routing_key: routingKey,
    payload: {
      summary: cut(oneLine(change.text), LONGEST_SUMMARY),
      source: change.source,
      timestamp: new Date(change.atMs).toISOString(),
    },
  };
}
