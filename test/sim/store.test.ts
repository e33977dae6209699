import type { Store } from '../../functions/ports.ts';
import { simStore } from '../../sim/store.ts';
import { storeContract } from '../support/store-contract.ts';

/** The simulator's store with the waiting that a store has. */
function waitingStore(): Store {
  const store = simStore();
  const waiting =
    <Asked extends unknown[], Answer>(ask: (...asked: Asked) => Answer) =>
    async (...asked: Asked): Promise<Answer> =>
      ask(...asked);
  return {
    states: waiting(store.states),
    state: waiting(store.state),
    saveState: waiting(store.saveState),
    dropState: waiting(store.dropState),
    run: waiting(store.run),
    recentRuns: waiting(store.recentRuns),
    runs: waiting(store.runs),
    saveRun: waiting(store.saveRun),
    silences: waiting(store.silences),
    saveSilence: waiting(store.saveSilence),
    dropSilence: waiting(store.dropSilence),
    saveIncident: waiting(store.saveIncident),
    incident: waiting(store.incident),
    incidentsOfMonth: waiting(store.incidentsOfMonth),
  };
}

storeContract('the simulator', async () => ({ store: waitingStore(), close: async () => {} }));
