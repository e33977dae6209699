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
    const skews = stage.history.runs.map(run => run.skewMs);
    const spreadMs = Math.max(...skews, 0) - Math.min(...skews, 0);
    const copies = new Map<string, number>();
    const excuses = new Map<string, number>();
    const open = new Map<string, Sending>();
    const count = (counts: Map<string, number>, name: string) => counts.set(name, (counts.get(name) ?? 0) + 1);
    const isExcused = ({ runner, at }: Sending) =>
      !runner.alive || runner.troubled || stage.clock.now() - at + spreadMs > CLAIM_MS - CLAIM_SLACK_MS;
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
          if (taken > 1 + excused) stage.violated(`${channel} takes ${key} ${taken} times, and ${excused} repeats are explained`);
        }
      },
      stateSaved({ before, after }) {
        if (open.size === 0) return;
        for (const { name } of dutiesDone(before, after)) {
          const sending = open.get(name);
          if (sending === undefined) continue;
          open.delete(name);
          if (isExcused(sending)) count(excuses, name);
        }
      },
    };
  },
};
