import type { OutboxEntry } from '../state.ts';
import { emailText } from './email.ts';
import { machineJson } from './machine.ts';
import { smsText, subjectLine } from './short.ts';

/** A message as channels take it. Rendered from an outbox entry alone: a repeat is the same message. */
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
  /** For subscription filters. Never empty values. */
  readonly attributes: Readonly<Record<'severity' | 'service' | 'event', string>>;
}

/** @param statusUrl where the status page lives, no slash at the end. */
export function render(entry: OutboxEntry, statusUrl: string): Message {
  return {
    key: entry.key,
    subject: subjectLine(entry),
    email: emailText(entry, statusUrl),
    sms: smsText(entry, statusUrl),
    json: JSON.stringify(machineJson(entry, statusUrl)),
    attributes: { severity: entry.page.severity, service: entry.page.service.id, event: entry.event },
  };
}
