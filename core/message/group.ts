import { SEVERITIES, type Severity } from '../config/model.ts';
import type { OutboxEntry } from '../state.ts';
import { factLines } from './email.ts';
import type { Fact } from './facts.ts';
import { acknowledgeLink, incidentLink } from './links.ts';
import { machineJson } from './machine.ts';
import type { Links } from './outgoing.ts';
import { ascii, asciiName, cut, gsm7, oneLine, septets, utc, utcTime } from './plain-text.ts';
import { detail, headline, type Naming, SUBJECT_LENGTH, serviceName, stateWord, withLink } from './short.ts';

/** Several messages of one group in one: how many, which, since when, how bad, and where to look. */
export type Entries = readonly OutboxEntry[];

const EMAIL_ENTRIES = 40;
const JSON_ENTRIES = 20;
/** What a text message keeps for names beside its link. */
const SMS_NAMES = 60;

/** `DOWN 12 services of storefront: Checkout, Search, Cart and 9 more`. */
export function groupSubject(entries: Entries): string {
  const head = ascii(groupHeadline(entries));
  const names = namesWithin(entries, SUBJECT_LENGTH - head.length - 2, text => text.length);
  return cut(names === '' ? head : `${head}: ${names}`, SUBJECT_LENGTH);
}

/** `DOWN 12 services of storefront 10:01 UTC critical: Checkout and 11 more https://…`. */
export function groupSms(entries: Entries, { statusUrl }: Links): string {
  const since = ` ${utcTime(firstSinceAt(entries))} UTC ${worstSeverity(entries)}`;
  const names = namesWithin(entries, SMS_NAMES, text => septets(gsm7(text)));
  return withLink(`${groupHeadline(entries)}${since}${names === '' ? '' : `: ${names}`}`, [`${statusUrl}/`]);
}

/** The e-mail: a paragraph a service, each with its first reason and its link. */
export function groupEmail(entries: Entries, links: Links): string {
  const shown = entries.slice(0, EMAIL_ENTRIES).map(entry => {
    const reason = groupReason(entry);
    const link = acknowledgeLink(entry, links) ?? incidentLink(entry, links);
    return [groupLine(entry, asciiName), ...(reason === undefined ? [] : [`  ${reason}`]), `  ${link}`].join('\n');
  });
  const more = entries.length - shown.length;
  const sections = [
    groupHeadline(entries),
    factLines(groupFacts(entries)),
    ...shown,
    ...(more > 0 ? [`and ${more} more`] : []),
    factLines([{ label: 'Status', value: `${links.statusUrl}/` }]),
    `${entries.length} messages in one. Sent by Tocsin.`,
  ];
  return `${sections.join('\n\n')}\n`;
}

/** The body for machines: the messages without what was measured, at most twenty of them. */
export function groupJson(entries: Entries, links: Links) {
  return {
    version: 1,
    key: groupKey(entries),
    event: 'grouped',
    subject: groupSubject(entries),
    severity: worstSeverity(entries),
    messages: entries.slice(0, JSON_ENTRIES).map(entry => {
      const { version: _version, subject: _subject, alerts, ...message } = machineJson(entry, links);
      return { ...message, reasons: alerts[0]?.reasons.slice(0, 1) ?? [] };
    }),
    moreMessages: Math.max(0, entries.length - JSON_ENTRIES),
  };
}

/** The key of the first message, and how many more came with it. */
export function groupKey([first, ...others]: Entries): string {
  return others.length === 0 ? (first?.key ?? '') : `${first?.key}+${others.length}`;
}

/** `DOWN 12 services of storefront`; of different states `DOWN 3, UP 2 services of storefront`. */
export function groupHeadline(entries: Entries): string {
  const services = new Map<string, Set<string>>();
  for (const entry of entries) {
    const word = stateWord(entry);
    services.set(word, (services.get(word) ?? new Set()).add(entry.page.service.id));
  }
  const counts = [...services].map(([word, ids]) => `${word} ${ids.size}`);
  const group = groupName(entries);
  const noun = services.size === 1 && serviceIds(entries).size === 1 ? 'service' : 'services';
  return `${counts.join(', ')} ${noun}${group === undefined ? '' : ` of ${cut(group, 40)}`}`;
}

export function groupFacts(entries: Entries): readonly Fact[] {
  const group = groupName(entries);
  return [
    ...(group === undefined ? [] : [{ label: 'Group', value: group }]),
    { label: 'Severity', value: entries.length > 1 ? `${worstSeverity(entries)} at worst` : worstSeverity(entries) },
    { label: 'Since', value: utc(firstSinceAt(entries)) },
  ];
}

/** `DOWN Checkout / Checkout API, since 10:01 UTC, critical`, `UP Search, was down for 14m`. */
export function groupLine(entry: OutboxEntry, naming: Naming): string {
  const { event, page, createdAt } = entry;
  const head = headline(entry, naming);
  if (event === 'resolved' || event === 'acknowledged') return `${head}${oneLine(detail(entry))}`;
  const isToday = utc(page.sinceAt).slice(0, 10) === utc(createdAt).slice(0, 10);
  return `${head}, since ${isToday ? `${utcTime(page.sinceAt)} UTC` : utc(page.sinceAt)}, ${page.severity}`;
}

/** Why, when something is wrong. */
export function groupReason({ event, page }: OutboxEntry): string | undefined {
  const reason = event === 'resolved' || event === 'acknowledged' ? undefined : page.alerts[0]?.reasons[0];
  return reason === undefined ? undefined : oneLine(reason);
}

export function worstSeverity(entries: Entries): Severity {
  return SEVERITIES.find(severity => entries.some(({ page }) => page.severity === severity)) ?? 'info';
}

/** `Checkout, Search and 10 more`: as many as fit, or nothing. */
export function namesWithin(entries: Entries, room: number, size: (text: string) => number): string {
  const names = [...new Map(entries.map(({ page }) => [page.service.id, serviceName(page, asciiName)])).values()];
  for (let shown = names.length; shown > 0; shown--) {
    const more = names.length - shown;
    const text = `${names.slice(0, shown).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
    if (size(text) <= room) return text;
  }
  return '';
}

function firstSinceAt(entries: Entries): number {
  return Math.min(...entries.map(({ page }) => page.sinceAt));
}

function serviceIds(entries: Entries): ReadonlySet<string> {
  return new Set(entries.map(({ page }) => page.service.id));
}

/** The name that all of them share. */
function groupName(entries: Entries): string | undefined {
  const names = new Set(entries.map(({ page }) => oneLine(page.service.group ?? '')));
  const [name] = names;
  return names.size === 1 && name !== '' ? name : undefined;
}
