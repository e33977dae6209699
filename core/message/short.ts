import { formatDuration } from '../duration.ts';
import type { OutboxEntry, Page } from '../state.ts';
import { ascii, asciiName, cut, cutSeptets, gsm7, septets, utcTime } from './plain-text.ts';

/** The subject must be shorter than 100 characters, or SNS refuses the message. */
const SUBJECT_LENGTH = 99;
const NAME_LENGTH = 60;
const SMS_PLACES = 160;
/** Below this many places for the words, the link is left out: the words matter more. */
const SMS_WORDS = 56;

/** `DOWN Shop / Health: [STATUS] == 200 (was 503)`. */
export function subjectLine(entry: OutboxEntry): string {
  return cut(ascii(`${headline(entry)}${detail(entry)}`), SUBJECT_LENGTH);
}

/** `DOWN Shop / Health 10:01 UTC error: [STATUS] == 200 (was 503) https://…`. */
export function smsText(entry: OutboxEntry, statusUrl: string): string {
  const { event, page } = entry;
  const severity = event === 'opened' || event === 'escalated' ? ` ${page.severity}` : '';
  const when = event === 'resolved' ? '' : ` ${utcTime(page.sinceAt)} UTC${severity}`;
  const words = gsm7(`${headline(entry)}${when}${detail(entry)}`);
  const link = ` ${gsm7(incidentLink(entry, statusUrl))}`;
  const room = SMS_PLACES - septets(link);
  return room >= SMS_WORDS ? cutSeptets(words, room) + link : cutSeptets(words, SMS_PLACES);
}

/** The page of the incident; its path is short because a text message pays for it. */
export function incidentLink(entry: OutboxEntry, statusUrl: string): string {
  return `${statusUrl}/i/${encodeURIComponent(entry.incident)}`;
}

/**
 * State and name: `DOWN Shop / Health`, `DOWN Shop (3 monitors)`, `UNKNOWN Shop`, `WORSE Shop`, `STILL DOWN Shop`,
 * `ESCALATED Shop`, `ACK Shop`, `FLAPPING Shop`, `UP Shop`, and `ENDED Shop` when what was wrong is watched no more.
 */
export function headline({ event, page }: OutboxEntry): string {
  const words = page.alerts.every(alert => alert.trouble === 'unknown') ? 'UNKNOWN' : 'DOWN';
  switch (event) {
    case 'opened':
      return `${words} ${troubled(page)}`;
    case 'raised':
      return `WORSE ${serviceName(page)}`;
    case 'reminded':
      return `STILL ${words} ${troubled(page)}`;
    case 'escalated':
      return `ESCALATED ${troubled(page)}`;
    case 'acknowledged':
      return `ACK ${serviceName(page)}`;
    case 'flapping':
      return `FLAPPING ${serviceName(page)}`;
    case 'resolved':
      return `${page.resolvedBecause === undefined ? 'UP' : 'ENDED'} ${serviceName(page)}`;
  }
}

function troubled(page: Page): string {
  const [first] = page.alerts;
  const count = page.alerts.length + page.moreAlerts;
  const service = serviceName(page);
  if (count > 1 || first === undefined) return `${service} (${count} monitors)`;
  const monitor = cut(asciiName(first.name, first.monitor), NAME_LENGTH);
  return monitor === service ? service : cut(`${service} / ${monitor}`, NAME_LENGTH);
}

function serviceName(page: Page): string {
  return cut(asciiName(page.service.name, page.service.id), NAME_LENGTH);
}

/** Why, in a few words. */
function detail({ event, page, createdAt }: OutboxEntry): string {
  switch (event) {
    case 'opened':
    case 'escalated':
      return reasonOf(page);
    case 'reminded':
      return ` for ${formatDuration(Math.max(0, createdAt - page.sinceAt)) || '0s'}${reasonOf(page)}`;
    case 'acknowledged':
      return page.acknowledgedBy === undefined ? '' : ` by ${page.acknowledgedBy}`;
    case 'flapping':
      return `: it goes up and down; quiet until it settles`;
    case 'raised':
      return `: now ${page.severity}${reasonOf(page)}`;
    case 'resolved':
      if (page.resolvedBecause !== undefined) return `: ${page.resolvedBecause}`;
      return `, was down for ${formatDuration((page.backAt ?? page.openedAt) - page.sinceAt) || '0s'}`;
  }
}

function reasonOf(page: Page): string {
  const reason = page.alerts[0]?.reasons[0];
  return reason === undefined ? '' : `: ${reason}`;
}
