import type { OutboxEntry } from '../state.ts';

/** Addresses that a message may carry. */
export interface Links {
  /** Where the status page lives, no slash at the end. */
  readonly statusUrl: string;
  /** The signed address at which an incident is acknowledged; undefined when there is no key to sign with. */
  readonly acknowledge?: (incident: string) => string;
}

/**
 * What a channel is asked to deliver: one message, or those of several incidents of one group that belong into one.
 * Rendered from the entries alone, so a repeat is the same message.
 */
export interface Outgoing {
  /** In the order in which they came to be; never empty. Several only for channels that group. */
  readonly entries: readonly [OutboxEntry, ...OutboxEntry[]];
  readonly links: Links;
}
