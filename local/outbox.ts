import { appendFileSync, existsSync, readFileSync } from 'node:fs';

/** A message that SNS was given. */
export interface SentMessage {
  readonly id: string;
  readonly topic: string;
  readonly subject: string;
  readonly email: string;
  readonly sms: string;
  /** The body for machines, parsed. */
  readonly machine: unknown;
  readonly attributes: Readonly<Record<string, string>>;
  readonly publishedAt: string;
}

/** What would have been sent: visible, in the order in which it was accepted. */
export interface Outbox {
  /** @returns the id of the message */
  add(message: {
    readonly topic: string;
    readonly subject: string;
    readonly texts: Readonly<Record<string, string>>;
    readonly attributes: Readonly<Record<string, string>>;
  }): string;
  /** Oldest first. */
  list(): readonly SentMessage[];
}

/** Kept in memory to this many; a laptop run may go on for weeks. */
const KEPT = 1000;

/**
 * @param file JSON lines to keep the messages in; in memory without one
 * @param onMessage told of each message as it is accepted
 */
export function openOutbox(file: string | undefined, onMessage: (message: SentMessage) => void = () => {}): Outbox {
  const messages: SentMessage[] = file !== undefined && existsSync(file) ? readMessages(file) : [];
  let count = messages.length;
  return {
    add({ topic, subject, texts, attributes }) {
      count += 1;
      const message: SentMessage = {
        id: `laptop-${Date.now().toString(36)}-${count}`,
        topic,
        subject,
        email: texts.email ?? '',
        sms: texts.sms ?? '',
        machine: parsed(texts.default),
        attributes,
        publishedAt: new Date().toISOString(),
      };
      if (file !== undefined) appendFileSync(file, `${JSON.stringify(message)}\n`);
      messages.push(message);
      if (messages.length > KEPT) messages.shift();
      onMessage(message);
      return message.id;
    },
    list: () => messages,
  };
}

/** A line that was cut short by a crash is left out; the rest is kept. */
function readMessages(file: string): SentMessage[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap(line => {
      const message = parsed(line);
      // Lines of this file are written above, whole or not at all.
      return message === null ? [] : [message as SentMessage];
    })
    .slice(-KEPT);
}

function parsed(text: string | undefined): unknown {
  try {
    return text === undefined || text === '' ? null : JSON.parse(text);
  } catch {
    return null;
  }
}
