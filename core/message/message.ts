import type { OutboxEntry } from '../state.ts';
import { emailText } from './email.ts';
import { groupEmail, groupJson, groupKey, groupSms, groupSubject } from './group.ts';
import { machineJson } from './machine.ts';
import type { Links, Outgoing } from './outgoing.ts';
import { smsText, subjectLine } from './short.ts';

/** A message as the topic takes it. Rendered from outbox entries alone: a repeat is the same message. */
export interface Message {
  /** The dedup key. The same on every repeat. */
  readonly key: string;
  /** Printable ASCII, at most 99 characters, leads with state and monitor. */
  readonly subject: string;
  /** Plain text for a tired person. */
  readonly email: string;
  /** GSM-7, one part: at most 160 places. */
  readonly sms: string;
  /** For machines: a JSON document. */
  readonly json: string;
  /** For subscription filters. Never empty values; several where messages of several incidents are one. */
  readonly attributes: Readonly<Record<'severity' | 'service' | 'event', string | readonly string[]>>;
}

/** @param statusUrl where the status page lives, no slash at the end. */
export function render(entry: OutboxEntry, statusUrl: string): Message {
  return renderOne(entry, { statusUrl });
}

/** One message of one incident, or one that names several. */
export function renderAll({ entries, links }: Outgoing): Message {
  if (entries.length === 1) return renderOne(entries[0], links);
  return {
    key: groupKey(entries),
    subject: groupSubject(entries),
    email: groupEmail(entries, links),
    sms: groupSms(entries, links),
    json: JSON.stringify(groupJson(entries, links)),
    attributes: {
      severity: distinct(entries.map(({ page }) => page.severity)),
      service: distinct(entries.map(({ page }) => page.service.id)),
      event: distinct(entries.map(({ event }) => event)),
    },
  };
}

function renderOne(entry: OutboxEntry, links: Links): Message {
  return {
    key: entry.key,
    subject: subjectLine(entry),
    email: emailText(entry, links),
    sms: smsText(entry, links),
    json: JSON.stringify(machineJson(entry, links)),
    attributes: { severity: entry.page.severity, service: entry.page.service.id, event: entry.event },
  };
}

function distinct(values: readonly string[]): string | readonly string[] {
  const all = [...new Set(values)];
  return all.length === 1 ? (all[0] ?? '') : all;
}
