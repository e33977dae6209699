import type { OutboxEntry } from '../state.ts';
import type { Links } from './outgoing.ts';

/** The page of the incident; its path is short because a text message pays for it. */
export function incidentLink(entry: OutboxEntry, { statusUrl }: Links): string {
  return `${statusUrl}/i/${encodeURIComponent(entry.incident)}`;
}

/** Where the incident is acknowledged; of one that somebody has taken or that is over, nowhere. */
export function acknowledgeLink(entry: OutboxEntry, links: Links): string | undefined {
  if (entry.event === 'acknowledged' || entry.event === 'resolved') return undefined;
  return links.acknowledge?.(entry.incident);
}

/**
 * The text as a web address in canonical form, without credentials, and with nothing behind the host that could end a
 * link in any markup; undefined when it is none.
 */
export function webAddress(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const { protocol, host, pathname, search, hash } = new URL(text);
  if (protocol !== 'https:' && protocol !== 'http:') return undefined;
  const rest = `${pathname}${search}${hash}`.replace(/[<>"'|()\\^`{}[\]]/g, percentEncoded);
  return `${protocol}//${host}${rest}`;
}

function percentEncoded(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
