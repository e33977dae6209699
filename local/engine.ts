import { mkdirSync } from 'node:fs';
import { CreateTableCommand, DynamoDBClient, ResourceInUseException } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { PARTITION_KEY, SORT_KEY } from '../functions/adapters/table.ts';
import { close, listen } from './listen.ts';

export interface Engine {
  readonly endpoint: string;
  close(): Promise<void>;
}

/** DynamoDB in this process, with the one table in it. @param directory where to keep it; in memory without one */
export async function startEngine(table: string, directory?: string): Promise<Engine> {
  if (directory !== undefined) mkdirSync(directory, { recursive: true });
  const server = dynalite({ createTableMs: 0, ...(directory !== undefined && { path: directory }) });
  const endpoint = `http://127.0.0.1:${await listen(server)}`;
  await createTable(endpoint, table);
  return { endpoint, close: () => close(server) };
}

/** Credentials that sign requests to a stub; no account knows them. */
export const LAPTOP_AWS = {
  region: 'us-east-1',
  credentials: { accessKeyId: 'laptop', secretAccessKey: 'laptop' },
} as const;

/** Creates the table as `infra/` would, if it is not there yet. */
export async function createTable(endpoint: string, table: string): Promise<void> {
  const client = new DynamoDBClient({ ...LAPTOP_AWS, endpoint });
  try {
    await client.send(
      new CreateTableCommand({
        TableName: table,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [PARTITION_KEY, SORT_KEY].map(name => ({ AttributeName: name, AttributeType: 'S' })),
        KeySchema: [
          { AttributeName: PARTITION_KEY, KeyType: 'HASH' },
          { AttributeName: SORT_KEY, KeyType: 'RANGE' },
        ],
      }),
    );
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
  } finally {
    client.destroy();
  }
}
