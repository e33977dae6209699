import { skewSpreadMs } from '../history.ts';
import { dutiesDone, dutyName } from '../parcel.ts';
import type { Property, Runner } from '../witness.ts';

/** What `functions/deliver.ts` takes for the time in which nobody else sends. */
const CLAIM_MS = 30_000;
/** A claim is stored a little before the message leaves. */
const CLAIM_SLACK_MS = 15_000;

interface Sending {
  readonly runner: Runner;
  readonly at: number;
}

/**
 * E-mail and SMS know no key, so each repeat reaches a person. There is a repeat only where somebody could not know: the
 * answer was lost, the process ended, or what it stored was, before the message was stored as accepted; or it took
 * longer than a claim lasts by the clock of another.
 */
export const repeatsAreExplained: Property = {
  name: 'repeats are explained',
  says: 'a message is taken once, and once more for every crash or lost answer between sending and recording it',
  watch(stage) {
    const spreadMs = skewSpreadMs(stage.history);
    const copies = new Map<string, number>();
    const excuses = new Map<string, number>();
    const open = new Map<string, Sending>();
    const count = (counts: Map<string, number>, name: string) => counts.set(name, (counts.get(name) ?? 0) + 1);
    const isExcused = ({ runner, at }: Sending) =>
      runner.ended === 'crashed' || runner.troubled || stage.clock.now() - at + spreadMs > CLAIM_MS - CLAIM_SLACK_MS;
    return {
      sending({ channel, entries }, runner) {
        for (const { key } of entries) {
          const name = dutyName(channel, key);
          const earlier = open.get(name);
          if (earlier !== undefined && isExcused(earlier)) count(excuses, name);
          open.set(name, { runner, at: stage.clock.now() });
        }
      },
      unanswered({ channel, entries }) {
        for (const { key } of entries) count(excuses, dutyName(channel, key));
      },
      accepted({ channel, entries }) {
        for (const { key } of entries) {
          const name = dutyName(channel, key);
          count(copies, name);
          const [taken, excused] = [copies.get(name) ?? 0, excuses.get(name) ?? 0];
          if (taken > 1 + excused)
            stage.violated(`${channel} takes ${key} ${taken} times, and ${excused} repeats are explained`);
        }
      },
      stateSaved({ before, after }) {
        if (open.size === 0) return;
        for (const { name } of dutiesDone(before, after)) {
          const sending = open.get(name);
          if (sending === undefined) continue;
          open.delete(name);
          // Its state moved to another shard under its hands: what was sent cannot be recorded there.
          const moved = after === undefined;
          if (moved || isExcused(sending)) count(excuses, name);
        }
      },
    };
  },
};

/** Who knows that a message was taken has no excuse at all. */
export const neverRepeatsItself: Property = {
  name: 'never repeats itself',
  says: 'a run that knows that a channel took a message does not send it there again',
  watch(stage) {
    const known = new Map<Runner, Set<string>>();
    return {
      confirmed({ channel, entries }, runner) {
        const names = known.get(runner) ?? new Set();
        for (const { key } of entries) names.add(dutyName(channel, key));
        known.set(runner, names);
      },
      sending({ channel, entries }, runner) {
        const again = entries.find(({ key }) => known.get(runner)?.has(dutyName(channel, key)));
        if (again !== undefined)
          stage.violated(`a run sends ${again.key} to ${channel} again, and knows that it was taken`);
      },
    };
  },
};
