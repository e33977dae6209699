import type { ServiceState } from '../../core/state.ts';
import { type Duty, dutiesDone, dutiesOf, dutyName } from '../parcel.ts';
import type { Property } from '../witness.ts';

/** Invariant 1 of the architecture. */
export const owedBeforeSent: Property = {
  name: 'owed before sent',
  says: 'whatever is sent was owed by a stored state before',
  watch(stage) {
    const owed = new Set<string>();
    return {
      stateSaved({ after }) {
        for (const { name } of dutiesOf(after)) owed.add(name);
      },
      sending({ channel, entries }) {
        const stray = entries.find(({ key }) => !owed.has(dutyName(channel, key)));
        if (stray !== undefined) stage.violated(`${stray.key} goes to ${channel}, and no stored state ever owed it`);
      },
    };
  },
};

/**
 * The heart of it: what is owed stays owed until it is accepted. What is superseded while a channel is away for long is
 * only what came and went untold.
 */
export const keptUntilAccepted: Property = {
  name: 'kept until accepted',
  says: 'a message leaves the outbox only when its channel has accepted it, or when it is superseded untold',
  watch(stage) {
    const taken = new Set<string>();
    const heardOf = new Set<string>();
    return {
      accepted({ channel, entries }) {
        for (const { key, incident } of entries) {
          taken.add(dutyName(channel, key));
          heardOf.add(dutyName(channel, incident));
        }
      },
      stateSaved({ shard, service, before, after }) {
        const lost = dutiesDone(before, after).find(({ name }) => !taken.has(name));
        if (lost === undefined || isElsewhere(service, lost, shard) || isSuperseded(lost, after, heardOf)) return;
        stage.violated(
          `${lost.entry.key} (${lost.entry.event}) is owed to ${lost.channel} no more, and was never accepted`,
        );
      },
    };

    /** Another shard has the state now. */
    function isElsewhere(service: string, { name }: Duty, from: number): boolean {
      return stage.store
        .shards()
        .some(shard => shard !== from && dutiesOf(stage.store.state(shard, service)).some(duty => duty.name === name));
    }
  },
};

/** The incident is over, its channel heard nothing of it, and the timeline says why. */
function isSuperseded(
  { channel, entry }: Duty,
  after: ServiceState | undefined,
  heardOf: ReadonlySet<string>,
): boolean {
  const incident = after?.closed.find(({ id }) => id === entry.incident);
  const noted = incident?.timeline.some(({ event }) => event === 'superseded') ?? false;
  return noted && !heardOf.has(dutyName(channel, entry.incident));
}
