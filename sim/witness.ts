import type { Run } from '../core/run.ts';
import type { Silence } from '../core/silence.ts';
import type { Incident, ServiceState } from '../core/state.ts';
import type { RunReport } from '../functions/run-checks.ts';
import type { Clockwork } from './clockwork.ts';
import type { History, PlannedRun } from './history.ts';
import type { Parcel } from './parcel.ts';
import type { Reference } from './reference.ts';
import type { SimStore } from './store.ts';

/** A run as it is being played. */
export interface Runner {
  readonly planned: PlannedRun;
  /** False once it crashed, ran out of time or ended. */
  alive: boolean;
  /** Undefined while it goes on. */
  ended: RunEnd['how'] | undefined;
  /** How many steps by which it left itself were begun. */
  steps: number;
  /** A request of it met something that went wrong. */
  troubled: boolean;
  /** The slots of the runs that it read last, newest first. */
  recentSlots: readonly number[];
}

/** How a run ended, as far as it could tell. */
export type RunEnd =
  | { readonly how: 'done'; readonly report: RunReport }
  /** A person's order was carried out. */
  | { readonly how: 'answered' }
  | { readonly how: 'failed'; readonly error: unknown }
  | { readonly how: 'crashed'; readonly where: string };

/**
 * What can be seen of a history while it is played, told at the moment when it becomes true in the world, whoever knows
 * of it. A property is checked by a witness.
 */
export interface Witness {
  readonly runStarted?: (runner: Runner) => void;
  readonly runEnded?: (runner: Runner, end: RunEnd) => void;
  readonly runSaved?: (run: Run, runner: Runner) => void;
  readonly stateSaved?: (change: StateChange, runner: Runner) => void;
  readonly incidentRecorded?: (incident: Incident, runner: Runner) => void;
  readonly silenceSaved?: (silence: Silence) => void;
  /** A runner begins to send. */
  readonly sending?: (parcel: Parcel, runner: Runner) => void;
  /** The channel took a copy; the runner may never hear of it. */
  readonly accepted?: (parcel: Parcel, runner: Runner) => void;
  /** The runner knows that a copy was taken. */
  readonly confirmed?: (parcel: Parcel, runner: Runner) => void;
  /** Whether a copy was taken is not known to the runner. */
  readonly unanswered?: (parcel: Parcel, runner: Runner) => void;
  /** A channel refused, and wants no message of those before this time. */
  readonly askedToWait?: (parcel: Parcel, untilAt: number, runner: Runner) => void;
  /** The tail is over: all must be well. */
  readonly ended?: () => void;
}

/** A state was written, or dropped. */
export interface StateChange {
  readonly shard: number;
  readonly service: string;
  readonly before: ServiceState | undefined;
  readonly after: ServiceState | undefined;
  /** The length of the stored JSON; 0 of a state that holds little. */
  readonly bytes: number;
}

/** What a witness has to look at, and how it complains. */
export interface Stage {
  readonly history: History;
  readonly store: SimStore;
  readonly clock: Clockwork;
  /** What the stored runs say. */
  readonly reference: Reference;
  /** The property does not hold; the history ends here. */
  violated(why: string): void;
}

/** Something that must hold in every history. */
export interface Property {
  readonly name: string;
  /** What must hold, in a sentence. */
  readonly says: string;
  readonly watch: (stage: Stage) => Witness;
}
