import { parseIncidentId } from '../../core/incident.ts';
import type { OutboxEntry } from '../../core/state.ts';
import { skewSpreadMs } from '../history.ts';
import { KNOWN_GAPS } from '../known-gaps.ts';
import { dutyName } from '../parcel.ts';
import type { Property } from '../witness.ts';

/** Two clocks that are less apart agree on whether a claim holds, while a message is on its way. */
const SKEW_BELOW_CLAIMS_MS = 15_000;

/** Invariant 2 of the architecture. A repeat of what was the last word is no step back. */
export const inOrder: Property = {
  name: 'in order',
  says: 'a channel hears of a service in the order in which it happened: no earlier message comes after a later one',
  watch(stage) {
    const last = new Map<string, OutboxEntry>();
    if (KNOWN_GAPS.skewBeatsClaims && skewSpreadMs(stage.history) > SKEW_BELOW_CLAIMS_MS) return {};
    return {
      accepted({ channel, entries }) {
        for (const entry of entries) {
          const place = dutyName(channel, entry.page.service.id);
          const before = last.get(place);
          if (before !== undefined && isBefore(entry, before)) {
            stage.violated(`${channel} takes ${entry.key} (${entry.event}) after ${before.key} (${before.event})`);
          }
          last.set(place, entry);
        }
      },
    };
  },
};

function isBefore(one: OutboxEntry, other: OutboxEntry): boolean {
  if (one.incident === other.incident) return one.sequence < other.sequence;
  return openedAt(one) < openedAt(other);
}

function openedAt({ incident }: OutboxEntry): number {
  return parseIncidentId(incident)?.openedAt ?? 0;
}

/** What may be told once of an incident, whatever happens; a repeat has the same key. */
const ONCE = new Set(['opened', 'resolved']);

export const toldOnce: Property = {
  name: 'told once',
  says: 'of an incident a channel takes at most one opening and one end: repeats have the same key',
  watch(stage) {
    const keys = new Map<string, string>();
    return {
      accepted({ channel, entries }) {
        for (const { key, incident, event } of entries) {
          // When what flapped has settled and is down, that is news.
          if (event === 'flapping') keys.delete(dutyName(channel, `opened ${incident}`));
          if (!ONCE.has(event)) continue;
          const known = keys.get(dutyName(channel, `${event} ${incident}`));
          if (known !== undefined && known !== key) {
            stage.violated(`${channel} takes ${event} of ${incident} as ${key} and as ${known}`);
          }
          keys.set(dutyName(channel, `${event} ${incident}`), key);
        }
      },
    };
  },
};
