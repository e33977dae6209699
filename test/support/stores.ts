import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { dynamoStore } from '../../functions/adapters/dynamo-store.ts';
import { memoryStore } from '../../functions/adapters/memory-store.ts';
import type { Store } from '../../functions/ports.ts';
import { type Engine, LAPTOP_AWS, startEngine } from '../../local/engine.ts';

/** A store to test against, and how to end it. */
export interface TestStore {
  readonly store: Store;
  close(): Promise<void>;
}

export async function openMemoryStore(): Promise<TestStore> {
  return { store: memoryStore(), close: async () => {} };
}

/** The store on an embedded DynamoDB of its own. */
export async function openDynaliteStore(): Promise<TestStore & { readonly engine: Engine }> {
  const engine = await startEngine('tocsin');
  const client = new DynamoDBClient({ ...LAPTOP_AWS, endpoint: engine.endpoint });
  return {
    engine,
    store: dynamoStore(client, 'tocsin'),
    async close() {
      client.destroy();
      await engine.close();
    },
  };
}
