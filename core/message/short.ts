import { formatDuration } from '../duration.ts';
import type { OutboxEntry, Page } from '../state.ts';
import { acknowledgeLink, incidentLink } from './links.ts';
import type { Links } from './outgoing.ts';
import { ascii, asciiName, cut, cutSeptets, gsm7, septets, utcTime } from './plain-text.ts';

/** The subject must be shorter than 100 characters, or SNS refuses the message. */
export const SUBJECT_LENGTH = 99;
const NAME_LENGTH = 60;
const SMS_PLACES = 160;
/** Below this many places for the words, the link is left out: the words matter more. */
const SMS_WORDS = 56;

/** How a thing with a name and an id is called: in ASCII where the channel takes nothing else. */
export type Naming = (name: string, id: string) => string;

/** `DOWN Shop / Health: [STATUS] == 200 (was 503)`. */
export function subjectLine(entry: OutboxEntry): string {
  return cut(ascii(`${headline(entry)}${detail(entry)}`), SUBJECT_LENGTH);
}

/** `DOWN Shop / Health 10:01 UTC error: [STATUS] == 200 (was 503) https://…`; the link acknowledges where it is short enough. */
export function smsText(entry: OutboxEntry, links: Links): string {
  const { event, page } = entry;
  const severity = event === 'opened' || event === 'escalated' ? ` ${page.severity}` : '';
  const tellsTime = event === 'reminded' || event === 'acknowledged' || event === 'resolved';
  const when = tellsTime ? '' : ` ${utcTime(page.sinceAt)} UTC${severity}`;
  const places = [acknowledgeLink(entry, links), incidentLink(entry, links)];
  return withLink(`${headline(entry)}${when}${detail(entry)}`, places);
}

/** The words, cut to what the first of the links that is short enough leaves of one text message. */
export function withLink(text: string, links: readonly (string | undefined)[]): string {
  const words = gsm7(text);
  const sized = links.filter(link => link !== undefined).map(link => ` ${gsm7(link)}`);
  const link = sized.find(candidate => SMS_PLACES - septets(candidate) >= SMS_WORDS) ?? '';
  return cutSeptets(words, SMS_PLACES - septets(link)) + link;
}

/**
 * State and name: `DOWN Shop / Health`, `DOWN Shop (3 monitors)`, `UNKNOWN Shop`, `WORSE Shop`, `STILL DOWN Shop`,
 * `ESCALATED DOWN Shop`, `ACK Shop`, `FLAPPING Shop`, `UP Shop`, and `ENDED Shop` when what was wrong is watched no more.
 */
export function headline(entry: OutboxEntry, naming: Naming = asciiName): string {
  const { event, page } = entry;
  const isTrouble = event === 'opened' || event === 'reminded' || event === 'escalated';
  return `${stateWord(entry)} ${isTrouble ? troubled(page, naming) : serviceName(page, naming)}`;
}

/** What a message is about, in capitals: the first thing that is read. */
export function stateWord({ event, page }: OutboxEntry): string {
  switch (event) {
    case 'opened':
      return troubleWord(page);
    case 'raised':
      return 'WORSE';
    case 'reminded':
      return `STILL ${troubleWord(page)}`;
    case 'escalated':
      return `ESCALATED ${troubleWord(page)}`;
    case 'acknowledged':
      return 'ACK';
    case 'flapping':
      return 'FLAPPING';
    case 'resolved':
      return page.resolvedBecause === undefined ? 'UP' : 'ENDED';
  }
}

function troubleWord(page: Page): string {
  const only = (trouble: Page['alerts'][number]['trouble']) => page.alerts.every(alert => alert.trouble === trouble);
  if (only('unknown')) return 'UNKNOWN';
  return only('flapping') ? 'FLAPPING' : 'DOWN';
}

function troubled(page: Page, naming: Naming): string {
  const [first] = page.alerts;
  const count = page.alerts.length + page.moreAlerts;
  const service = serviceName(page, naming);
  if (count > 1 || first === undefined) return `${service} (${count} monitors)`;
  const monitor = cut(naming(first.name, first.monitor), NAME_LENGTH);
  return monitor === service ? service : cut(`${service} / ${monitor}`, NAME_LENGTH);
}

export function serviceName(page: Page, naming: Naming): string {
  return cut(naming(page.service.name, page.service.id), NAME_LENGTH);
}

/** Why, in a few words; goes on where the headline ends. */
export function detail({ event, page, createdAt }: OutboxEntry): string {
  switch (event) {
    case 'opened':
    case 'escalated':
      return reasonOf(page);
    case 'reminded':
      return ` for ${troubleFor(page.sinceAt, createdAt)}${reasonOf(page)}`;
    case 'acknowledged':
      return page.acknowledgedBy === undefined ? '' : ` by ${page.acknowledgedBy}`;
    case 'flapping':
      return ': it goes up and down; quiet until it settles';
    case 'raised':
      return `: now ${page.severity}${reasonOf(page)}`;
    case 'resolved':
      if (page.resolvedBecause !== undefined) return `: ${page.resolvedBecause}`;
      return `, was down for ${troubleFor(page.sinceAt, page.backAt ?? page.openedAt)}`;
  }
}

/** `14m`, and never less than `0s`. */
export function troubleFor(sinceAt: number, untilAt: number): string {
  const lastedMs = Math.max(0, untilAt - sinceAt);
  return lastedMs < 1000 ? '0s' : formatDuration(lastedMs);
}

function reasonOf(page: Page): string {
  const reason = page.alerts[0]?.reasons[0];
  return reason === undefined ? '' : `: ${reason}`;
}
