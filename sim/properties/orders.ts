import type { OutboxEntry, ServiceState } from '../../core/state.ts';
import type { Property, Runner, Stage } from '../witness.ts';

/** What a person who cares need not be told. */
const NUDGES: ReadonlySet<string> = new Set(['reminded', 'escalated']);

export const acknowledgedIsQuiet: Property = {
  name: 'acknowledged is quiet',
  says: 'nobody is reminded of what somebody has acknowledged, and it does not escalate',
  watch: stage => ({
    stateSaved({ before, after }) {
      const incident = before?.incident;
      if (incident?.acknowledged === undefined) return;
      const nudge = newEntries(before, after).find(entry => entry.incident === incident.id && NUDGES.has(entry.event));
      if (nudge !== undefined)
        stage.violated(`${nudge.key} (${nudge.event}) is owed, and ${incident.id} is acknowledged`);
    },
  }),
};

export const silencesHold: Property = {
  name: 'silences hold',
  says: 'nobody is told of what a silence withholds, from its storing to its end, to the minute',
  watch(stage) {
    const storedAt = new Map<string, number>();
    return {
      silenceSaved: ({ id }) => void storedAt.set(id, stage.clock.now()),
      stateSaved({ service, before, after }, runner) {
        if (storedAt.size === 0) return;
        const told = newEntries(before, after).find(({ event }) => event !== 'resolved' && event !== 'acknowledged');
        if (told !== undefined && isSilenced(stage, service, runner, storedAt)) {
          stage.violated(`${told.key} (${told.event}) is owed, and ${service} is silenced`);
        }
      },
    };
  },
};

/** A silence was there when the run began, and holds from then until now, also by the run's own clock. */
function isSilenced(
  { store, clock }: Stage,
  service: string,
  { planned }: Runner,
  storedAt: Map<string, number>,
): boolean {
  return store.silences().some(({ id, match, fromAt, toAt }) => {
    const known = (storedAt.get(id) ?? Number.POSITIVE_INFINITY) < planned.startsAt;
    const begun = fromAt <= planned.startsAt + planned.skewMs;
    return known && begun && clock.now() + planned.skewMs < toAt && match.services?.includes(service);
  });
}

/** What a state owes that it did not owe before. */
function newEntries(before: ServiceState | undefined, after: ServiceState | undefined): readonly OutboxEntry[] {
  const known = new Set(before?.outbox.map(({ key }) => key));
  return after?.outbox.filter(({ key }) => !known.has(key)) ?? [];
}
