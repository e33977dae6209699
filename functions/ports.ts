import type { Outgoing } from '../core/message/outgoing.ts';
import type { Run } from '../core/run.ts';
import type { Silence } from '../core/silence.ts';
import type { Incident, ServiceState } from '../core/state.ts';

/**
 * What the one table can do. Every write is a single conditional or idempotent put; every read is a key or a key
 * range. Implementations throw only when the store is away; a lost race is a value.
 */
export interface Store {
  /** All states of a shard that can be read, strongly consistent; one that cannot makes `state` throw. */
  states(shard: number): Promise<readonly ServiceState[]>;
  /** One state, strongly consistent. */
  state(shard: number, service: string): Promise<ServiceState | undefined>;
  /** Writes the state if the stored one still has its version; the result carries the next version, or `undefined` on a conflict. */
  saveState(shard: number, state: ServiceState): Promise<ServiceState | undefined>;
  /** Deletes the state if it still has this version. */
  dropState(shard: number, state: ServiceState): Promise<boolean>;

  /** The run of a slot, strongly consistent. */
  run(shard: number, slotAt: number): Promise<Run | undefined>;
  /** The newest runs up to `now`, newest first, strongly consistent, not looking back further than the day before. */
  recentRuns(shard: number, now: number, limit: number): Promise<readonly Run[]>;
  /** Runs with `fromAt` ≤ slot < `beforeAt`, newest first, at most `limit`. */
  runs(shard: number, fromAt: number, beforeAt: number, limit: number): Promise<readonly Run[]>;
  /** Stores the run unless its slot has one. */
  saveRun(run: Run): Promise<'saved' | 'exists'>;

  /** The silences that are not over, and maybe some that are. */
  silences(): Promise<readonly Silence[]>;
  saveSilence(silence: Silence): Promise<void>;
  /** @returns false when there is none of this id */
  dropSilence(id: string): Promise<boolean>;

  /** Writes or replaces the record of an incident. */
  saveIncident(incident: Incident): Promise<void>;
  incident(id: string): Promise<Incident | undefined>;
  /**
   * Recorded incidents opened in a calendar month (UTC, of this instant), newest first, at most `limit`, from behind
   * the incident `afterId` on.
   */
  incidentsOfMonth(monthAt: number, limit: number, afterId?: string): Promise<readonly Incident[]>;
}

/** What a channel says of a message: a value, whatever happened. */
export type Receipt =
  | { readonly accepted: true; readonly text: string }
  | {
      readonly accepted: false;
      readonly error: string;
      /** The channel's own wish. */
      readonly retryAfterMs?: number;
      /** It will say the same again: somebody must mend the configuration. */
      readonly permanent?: boolean;
    };

/** Where messages go. */
export interface Channel {
  /** Whether messages of several incidents may go out as one. */
  readonly groups: boolean;
  send(outgoing: Outgoing): Promise<Receipt>;
}

/** Epoch ms. */
export type Clock = () => number;
