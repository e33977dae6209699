import type { Outgoing } from '../core/message/outgoing.ts';
import type { OutboxEntry, ServiceState } from '../core/state.ts';

/** What goes to a channel at once: one message, or a few that were grouped. */
export interface Parcel {
  readonly channel: string;
  readonly entries: readonly OutboxEntry[];
}

/** What a state owes one channel. */
export interface Duty {
  readonly channel: string;
  readonly entry: OutboxEntry;
  /** Names the message on its way to this channel. */
  readonly name: string;
}

export function toParcel(channel: string, { entries }: Outgoing): Parcel {
  return { channel, entries };
}

/** Everything that a state owes the world, in order. */
export function dutiesOf(state: ServiceState | undefined): readonly Duty[] {
  return (state?.outbox ?? []).flatMap(entry =>
    entry.to.map(({ channel }) => ({ channel, entry, name: dutyName(channel, entry.key) })),
  );
}

/** What a change of a state owes no more. */
export function dutiesDone(before: ServiceState | undefined, after: ServiceState | undefined): readonly Duty[] {
  if (before === undefined || before.outbox.length === 0) return [];
  const kept = new Set(dutiesOf(after).map(({ name }) => name));
  return dutiesOf(before).filter(({ name }) => !kept.has(name));
}

/** Names a message, by its dedup key, on its way to a channel. */
export function dutyName(channel: string, key: string): string {
  return `${key} to ${channel}`;
}
