import type { Clockwork } from './clockwork.ts';
import type { Dice } from './dice.ts';
import type { History } from './history.ts';
import type { SimStore } from './store.ts';
import type { RunEnd, Runner, Witness } from './witness.ts';

/** What the runs of a history share. */
export interface World {
  readonly history: History;
  readonly clock: Clockwork;
  readonly dice: Dice;
  readonly store: SimStore;
  readonly witnesses: Witnesses;
  /** The runner at whose request the store is changing. */
  acting: Runner | undefined;
  /** A line of the story; made only when somebody listens. */
  tell(who: Runner | undefined, line: () => string): void;
  /** The run is over: nothing of it goes on. */
  end(runner: Runner, end: RunEnd): void;
}

type Told<Hook extends keyof Witness> = Parameters<NonNullable<Witness[Hook]>>;

/** All witnesses of a history as one. */
export type Witnesses = Required<Witness>;

export function allWitnesses(witnesses: readonly Witness[]): Witnesses {
  const gather = <Hook extends keyof Witness>(hook: Hook): ((...told: Told<Hook>) => void) => {
    const listeners = witnesses.flatMap(witness => witness[hook] ?? []);
    return (...told) => {
      for (const listener of listeners) Reflect.apply(listener, undefined, told);
    };
  };
  return {
    runStarted: gather('runStarted'),
    runEnded: gather('runEnded'),
    runSaved: gather('runSaved'),
    stateSaved: gather('stateSaved'),
    incidentRecorded: gather('incidentRecorded'),
    silenceSaved: gather('silenceSaved'),
    sending: gather('sending'),
    accepted: gather('accepted'),
    confirmed: gather('confirmed'),
    unanswered: gather('unanswered'),
    askedToWait: gather('askedToWait'),
    ended: gather('ended'),
  };
}
