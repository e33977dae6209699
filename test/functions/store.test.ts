import { storeContract } from '../support/store-contract.ts';
import { openDynaliteStore, openMemoryStore } from '../support/stores.ts';

storeContract('memory', openMemoryStore);
storeContract('dynalite', openDynaliteStore);
