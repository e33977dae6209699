import { fingerprint } from '../core/hash.ts';
import { clockwork } from './clockwork.ts';
import { diceOf } from './dice.ts';
import type { History } from './history.ts';
import { startOrder } from './person.ts';
import { PROPERTIES } from './properties/index.ts';
import { reference } from './reference.ts';
import { startRun } from './run.ts';
import { simStore } from './store.ts';
import { endWords, storyteller } from './story.ts';
import type { Property, Runner, Stage } from './witness.ts';
import { allWitnesses, type World } from './world.ts';

/** What became of a history. */
export interface Outcome {
  readonly violation?: Violation;
  /** A line an event; empty unless asked for. */
  readonly story: readonly string[];
  /** Of all steps of all runs: how many there were. */
  readonly steps: number;
}

export interface Violation {
  readonly property: string;
  readonly why: string;
  readonly at: number;
}

export interface PlayOptions {
  /** Keeps the story. */
  readonly telling?: boolean;
  /** What must hold. */
  readonly properties?: readonly Property[];
  /** Told of every run that ended, with the number of its steps. */
  readonly onRunEnded?: (runner: Runner) => void;
}

const STREAM_OF_THE_WORLD = 7;

/** Plays a history to its end, or until a property does not hold. The same history always comes to the same. */
export async function play(history: History, options: PlayOptions = {}): Promise<Outcome> {
  const story: string[] = [];
  const clock = clockwork(history.startAt);
  const found: { violation?: Violation } = {};
  const known = reference();
  let steps = 0;

  const store = simStore({
    runSaved(run) {
      known.runSaved(run, clock.now(), world.acting?.planned.skewMs ?? 0);
      acting(runner => world.witnesses.runSaved(run, runner));
    },
    stateSaved: change => acting(runner => world.witnesses.stateSaved(change, runner)),
    silenceSaved: silence => world.witnesses.silenceSaved(silence),
    incidentRecorded: incident => acting(runner => world.witnesses.incidentRecorded(incident, runner)),
  });
  const stageOf = (property: string): Stage => ({
    history,
    store,
    clock,
    reference: known,
    violated(why) {
      found.violation ??= { property, why, at: clock.now() };
      clock.stop();
    },
  });
  const properties = options.properties ?? PROPERTIES;
  const witnesses = properties.map(property => property.watch(stageOf(property.name)));
  const tell = (who: string, line: string) =>
    story.push(`${new Date(clock.now()).toISOString().slice(5, 23)} ${who.padEnd(9)} ${line}`);
  const world: World = {
    history,
    clock,
    store,
    dice: diceOf(history.seed, STREAM_OF_THE_WORLD),
    witnesses: allWitnesses(options.telling ? [...witnesses, storyteller(tell)] : witnesses),
    acting: undefined,
    tell(who, line) {
      if (options.telling) tell(who?.planned.runner ?? '', line());
    },
    end(runner, end) {
      if (!runner.alive) return;
      runner.alive = false;
      runner.ended = end.how;
      steps += runner.steps;
      world.tell(runner, () => endWords(end));
      if (end.how === 'done') known.judged(runner);
      options.onRunEnded?.(runner);
      world.witnesses.runEnded(runner, end);
    },
  };
  const acting = (then: (runner: Runner) => void) => {
    if (world.acting !== undefined) then(world.acting);
  };

  for (const planned of history.runs) clock.after(planned.startsAt - history.startAt, () => startRun(world, planned));
  for (const order of history.orders) clock.after(order.at - history.startAt, () => startOrder(world, order));
  await clock.play(history.endAt);
  if (found.violation === undefined) world.witnesses.ended();
  return { ...found, story, steps };
}

/** A name for what happened: two plays of one history have the same. */
export function storyName(outcome: Outcome): string {
  return fingerprint(outcome.story.join('\n'));
}
