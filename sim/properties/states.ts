import type { Property } from '../witness.ts';

/** Invariant: an incident is in the state until it is on record. */
export const neverForgotten: Property = {
  name: 'never forgotten',
  says: 'an incident stays in the state, open or closed, until its record is written',
  watch(stage) {
    const recorded = new Set<string>();
    return {
      incidentRecorded: ({ id }) => void recorded.add(id),
      stateSaved({ shard, service, before, after }) {
        if (before === undefined || (before.incident === undefined && before.closed.length === 0)) return;
        const known = [...(after?.closed ?? []), after?.incident].flatMap(incident => incident?.id ?? []);
        const had = [...before.closed, before.incident].flatMap(incident => incident?.id ?? []);
        const lost = had.find(id => !known.includes(id) && !recorded.has(id) && !isElsewhere(id, shard, service));
        if (lost !== undefined) stage.violated(`${lost} left its state and is not on record`);
      },
    };

    function isElsewhere(id: string, from: number, service: string): boolean {
      return stage.store.shards().some(shard => {
        const state = shard === from ? undefined : stage.store.state(shard, service);
        return state?.incident?.id === id || state?.closed.some(incident => incident.id === id);
      });
    }
  },
};

/** An item of DynamoDB takes 400 kB; a state stays far below, whatever happens. */
const LARGEST_STATE_BYTES = 100_000;

export const statesStaySmall: Property = {
  name: 'states stay small',
  says: 'no state is larger than 100 kB',
  watch: stage => ({
    stateSaved({ service, bytes }) {
      if (bytes > LARGEST_STATE_BYTES) stage.violated(`the state of ${service} has ${bytes} bytes`);
    },
  }),
};

/** What a run may fail of: requests that came to nothing. Anything else is a fault of the program. */
export const onlyKnownErrors: Property = {
  name: 'only known errors',
  says: 'a run fails only because a request failed, and of nothing while all requests are well',
  watch: stage => ({
    runEnded(runner, end) {
      if (end.how !== 'failed') return;
      const errors = end.error instanceof AggregateError ? end.error.errors : [end.error];
      const stray: unknown = errors.find(error => !(error instanceof Error) || error.name !== 'RequestError');
      if (stray !== undefined) stage.violated(`a run fails: ${stray instanceof Error ? stray.stack : String(stray)}`);
      else if (!runner.troubled) stage.violated('a run fails, and all its requests were well');
    },
  }),
};
