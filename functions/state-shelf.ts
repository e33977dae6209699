import type { ServiceState } from '../core/state.ts';
import type { Store } from './ports.ts';

/** The states of a shard while they are being delivered from: several channels change the same one, in turn. */
export interface Shelf {
  all(): readonly ServiceState[];
  /**
   * Applies a change that may be applied to any later version of the state, until it is stored. Changes of one service
   * wait for each other. A change that gives back the same object is not stored.
   * @returns the state as it is stored now; undefined when it is gone or could not be stored
   */
  change(service: string, change: (state: ServiceState) => ServiceState): Promise<ServiceState | undefined>;
  /** Does something that may fail, and remembers when it did. @returns whether it succeeded */
  attempt(what: () => Promise<unknown>): Promise<boolean>;
  errors(): readonly Error[];
}

export function stateShelf(store: Store, shard: number, states: readonly ServiceState[]): Shelf {
  const known = new Map(states.map(state => [state.service, state]));
  const queues = new Map<string, Promise<unknown>>();
  const errors: Error[] = [];

  const apply = async (service: string, change: (state: ServiceState) => ServiceState) => {
    let state = known.get(service);
    while (state !== undefined) {
      const changed = change(state);
      if (changed === state) return state;
      const saved = await store.saveState(shard, changed);
      if (saved !== undefined) {
        known.set(service, saved);
        return saved;
      }
      state = await store.state(shard, service);
      if (state === undefined) known.delete(service);
      else known.set(service, state);
    }
    return undefined;
  };
  const fail = (error: unknown): undefined => {
    errors.push(error instanceof Error ? error : new Error(String(error)));
    return undefined;
  };
  return {
    all: () => [...known.values()],
    change(service, change) {
      const before = queues.get(service) ?? Promise.resolve();
      const next = before.then(() => apply(service, change)).catch(fail);
      queues.set(service, next);
      return next;
    },
    attempt: what =>
      what().then(
        () => true,
        error => fail(error) ?? false,
      ),
    errors: () => errors,
  };
}
