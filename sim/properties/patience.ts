import { skewSpreadMs } from '../history.ts';
import { KNOWN_GAPS } from '../known-gaps.ts';
import { dutyName } from '../parcel.ts';
import type { Property, Runner } from '../witness.ts';

/** A refusal and its storing are a moment apart. */
const MOMENT_MS = 2_000;

interface Wish {
  readonly untilAt: number;
  readonly runner: Runner;
}

/** 429 with Retry-After. A wish counts once the runner that heard it has stored that the channel refused. */
export const waitsAsAsked: Property = {
  name: 'waits as asked',
  says: 'a message that a channel refused with Retry-After does not come back before',
  watch(stage) {
    const heard = new Map<string, Wish>();
    const stored = new Map<string, { readonly at: number; readonly untilAt: number }>();
    const slackMs = MOMENT_MS + skewSpreadMs(stage.history);
    return {
      askedToWait({ channel, entries }, untilAt, runner) {
        for (const { key } of entries) heard.set(dutyName(channel, key), { untilAt, runner });
      },
      stateSaved({ before, after }, runner) {
        if (heard.size + stored.size === 0) return;
        for (const { key, to } of after?.outbox ?? []) {
          const known = before?.outbox.find(entry => entry.key === key);
          for (const { channel, attempts } of to) {
            const wish = heard.get(dutyName(channel, key));
            const earlier = known?.to.find(delivery => delivery.channel === channel)?.attempts ?? 0;
            if (attempts <= earlier) continue;
            // Whoever is refused later without a wish may come back at once.
            if (wish?.runner !== runner) {
              stored.delete(dutyName(channel, key));
              continue;
            }
            stored.set(dutyName(channel, key), { at: stage.clock.now(), untilAt: wish.untilAt });
            heard.delete(dutyName(channel, key));
          }
        }
      },
      sending({ channel, entries }, { planned }) {
        for (const { key } of entries) {
          const wish = stored.get(dutyName(channel, key));
          if (wish === undefined || (KNOWN_GAPS.copiesDoNotWait && planned.startsAt <= wish.at)) continue;
          const early = wish.untilAt - stage.clock.now();
          if (early > slackMs) stage.violated(`${key} goes to ${channel} ${early} ms before it may come back`);
        }
      },
    };
  },
};
