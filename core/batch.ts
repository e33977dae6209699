import type { OutboxEntry } from './state.ts';

/** A message that may go out now. */
export interface Ready {
  readonly service: string;
  readonly entry: OutboxEntry;
  /** How many times it was refused. */
  readonly attempts: number;
  /** The channel refused it for good: it goes by itself, and keeps no other from being told. */
  readonly permanent?: boolean;
}

/** Messages that go out as one. */
export type Batch = readonly Ready[];

/**
 * Puts messages together for one channel: what was never refused first, then by age. A channel that groups gets those of
 * one event and group as one; and when there are still more than it may get now, the last one holds all the rest, so that
 * nobody waits and nobody is flooded.
 * @param most how many batches may go out now
 */
export function batches(
  ready: readonly Ready[],
  { groups, most }: { groups: boolean; most: number },
): readonly Batch[] {
  if (most <= 0) return [];
  const sorted = [...ready].sort(
    (one, other) => one.attempts - other.attempts || one.entry.createdAt - other.entry.createdAt,
  );
  if (!groups) return sorted.slice(0, most).map(each => [each]);
  const hopeful = [
    ...Map.groupBy(
      sorted.filter(({ permanent }) => !permanent),
      groupKey,
    ).values(),
  ];
  const refused = sorted.filter(({ permanent }) => permanent).map(each => [each]);
  if (hopeful.length <= most) return [...hopeful, ...refused].slice(0, most);
  return [...hopeful.slice(0, most - 1), hopeful.slice(most - 1).flat()];
}

function groupKey({ entry: { event, page }, service }: Ready): string {
  return `${event} of ${page.service.group ?? service}`;
}
