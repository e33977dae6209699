import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { handle } from 'hono/aws-lambda';
import type { Catalog } from '../core/catalog.ts';
import { linkKey } from './ack-link.ts';
import { dynamoStore } from './adapters/dynamo-store.ts';
import { PATIENCE } from './adapters/patience.ts';
import { secretSource } from './adapters/secrets.ts';
import { readData } from './data-file.ts';
import { hookSecret } from './hook-secret.ts';
import { fromApiEnv } from './settings.ts';
import { webApp } from './web/app.ts';
import { isStraight } from './web/guard.ts';

const settings = fromApiEnv();
const secrets = secretSource();
const catalog = readData<Catalog>(settings.catalogFile);

/** The web app over the table; the laptop serves the same one. */
export const app = webApp({
  store: dynamoStore(new DynamoDBClient(PATIENCE), settings.table),
  clock: Date.now,
  catalog,
  runEverySeconds: settings.runEverySeconds,
  linkKey: () => linkKey(secrets, settings.linkKeySecret),
  hookSecret: channel => hookSecret(secrets, catalog, channel),
});

const answer = handle(app);

/** A path that is not straight is answered as one that does not exist, before anybody resolves it. */
export const handler: typeof answer = (event, context) =>
  answer('rawPath' in event && !isStraight(event.rawPath) ? { ...event, rawPath: '/not-found' } : event, context);
