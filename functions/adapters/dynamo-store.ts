import { deflateRawSync, inflateRawSync } from 'node:zlib';
import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { fingerprint } from '../../core/hash.ts';
import { parseIncidentId } from '../../core/incident.ts';
import type { Run } from '../../core/run.ts';
import { packRun, unpackRun } from '../../core/run-codec.ts';
import { type Silence, toSilence } from '../../core/silence.ts';
import { type Incident, type ServiceState, toIncident, toState } from '../../core/state.ts';
import type { Store } from '../ports.ts';
import { type Item, type Key, keys, TTL_ATTRIBUTE, timeOfDay } from './table.ts';

/** How long the minutes are kept. */
const RUN_RETENTION_DAYS = 14;
const DAY_MS = 86_400_000;

/** A silence that is over is kept for a day, for whoever asks why nobody was paged. */
const SILENCE_KEPT_SECONDS = 86_400;

/** A packed run is far below this; what inflates to more was not written by us. */
const MAX_RUN_BYTES = 4 * 1024 * 1024;

/** An item is not one that this store writes. */
export class ItemError extends Error {
  override readonly name = 'ItemError';
}

/** The store on DynamoDB: single conditional puts and deletes, and reads of a key or a key range. */
export function dynamoStore(client: DynamoDBClient, table: string): Store {
  const rosters = rosterShelf(client, table);

  const get = async (key: Key): Promise<Item | undefined> => {
    const { Item: item } = await client.send(
      new GetItemCommand({ TableName: table, Key: marshalled(key), ConsistentRead: true }),
    );
    return item;
  };
  const toRun = async (shard: number, item: Item): Promise<Run> => {
    const packed = bytes(item, 'packed');
    const plain =
      text(item, 'form') === 'deflate' ? inflateRawSync(packed, { maxOutputLength: MAX_RUN_BYTES }) : packed;
    return unpackRun(plain, await rosters.read(text(item, 'roster')), shard);
  };
  /** Runs of one day, newest first, with `from` ≤ time of day < `before`. */
  const runsOfDay = async (shard: number, dayAt: number, range: Required<Range>): Promise<Run[]> => {
    const items = await query(client, table, keys.run(shard, dayAt).pk, range);
    return Promise.all(items.map(item => toRun(shard, item)));
  };
  /** Day by day backwards until there are enough. */
  const runsBetween = async (
    shard: number,
    fromAt: number,
    beforeAt: number,
    limit: number,
    consistent = false,
  ): Promise<Run[]> => {
    const found: Run[] = [];
    for (let dayAt = startOfDay(beforeAt - 1); dayAt >= startOfDay(fromAt) && found.length < limit; dayAt -= DAY_MS) {
      const from = dayAt <= fromAt ? timeOfDay(fromAt) : '00';
      const before = beforeAt < dayAt + DAY_MS ? timeOfDay(beforeAt) : '99';
      found.push(...(await runsOfDay(shard, dayAt, { from, before, limit: limit - found.length, consistent })));
    }
    return found;
  };

  return {
    async states(shard) {
      return (await query(client, table, `STATE#${shard}`, { consistent: true })).flatMap(item =>
        readable(() => fromStateItem(item)),
      );
    },
    async state(shard, service) {
      const item = await get(keys.state(shard, service));
      return item && fromStateItem(item);
    },
    async saveState(shard, state) {
      const saved = { ...state, version: state.version + 1 };
      const done = await conditionally(() =>
        client.send(
          new PutItemCommand({
            TableName: table,
            Item: toStateItem(keys.state(shard, state.service), saved),
            ...versionCondition(state.version),
          }),
        ),
      );
      return done ? saved : undefined;
    },
    dropState(shard, state) {
      return conditionally(() =>
        client.send(
          new DeleteItemCommand({
            TableName: table,
            Key: marshalled(keys.state(shard, state.service)),
            ...versionCondition(state.version),
          }),
        ),
      );
    },
    async run(shard, slotAt) {
      const item = await get(keys.run(shard, slotAt));
      return item && toRun(shard, item);
    },
    recentRuns(shard, now, limit) {
      return runsBetween(shard, startOfDay(now) - DAY_MS, now + 1, limit, true);
    },
    runs: (shard, fromAt, beforeAt, limit) => runsBetween(shard, fromAt, beforeAt, limit),
    async saveRun(run) {
      const ids = run.results.map(result => result.monitor);
      const roster = await rosters.keep(ids);
      const plain = packRun(run, ids);
      const deflated = deflateRawSync(plain);
      const smaller = deflated.length < plain.length;
      const item: Item = {
        ...marshalled(keys.run(run.shard, run.slotAt)),
        roster: { S: roster },
        form: { S: smaller ? 'deflate' : 'plain' },
        packed: { B: smaller ? deflated : plain },
        [TTL_ATTRIBUTE]: { N: String(Math.ceil((run.slotAt + RUN_RETENTION_DAYS * DAY_MS) / 1000)) },
      };
      const condition = { ConditionExpression: 'attribute_not_exists(pk)' };
      const saved = await conditionally(() =>
        client.send(new PutItemCommand({ TableName: table, Item: item, ...condition })),
      );
      return saved ? 'saved' : 'exists';
    },
    async silences() {
      return (await query(client, table, keys.silence('').pk, { consistent: true })).flatMap(item =>
        readable(() => fromSilenceItem(item)),
      );
    },
    async saveSilence(silence) {
      const item: Item = {
        ...marshalled(keys.silence(silence.id)),
        silence: { S: JSON.stringify(silence) },
        [TTL_ATTRIBUTE]: { N: String(Math.ceil(silence.toAt / 1000) + SILENCE_KEPT_SECONDS) },
      };
      await client.send(new PutItemCommand({ TableName: table, Item: item }));
    },
    dropSilence(id) {
      const key = { TableName: table, Key: marshalled(keys.silence(id)) };
      return conditionally(() =>
        client.send(new DeleteItemCommand({ ...key, ConditionExpression: 'attribute_exists(pk)' })),
      );
    },
    async saveIncident(incident) {
      const item: Item = {
        ...marshalled(keys.incident(incident.id, incident.openedAt)),
        incident: { S: JSON.stringify(incident) },
      };
      await client.send(new PutItemCommand({ TableName: table, Item: item }));
    },
    async incident(id) {
      const openedAt = parseIncidentId(id)?.openedAt;
      const item = openedAt === undefined ? undefined : await get(keys.incident(id, openedAt));
      return item && fromIncidentItem(item);
    },
    async incidentsOfMonth(monthAt, limit, afterId) {
      const { pk, sk } = keys.incident(afterId ?? '', monthAt);
      const range = afterId === undefined ? { limit } : { limit, from: '0', before: sk };
      return (await query(client, table, pk, range)).map(fromIncidentItem);
    },
  };
}

/**
 * The rosters: lists of monitor ids, named by their content, so that a run need not repeat them. Written once before
 * the first run that names them; what is known of them may be kept in memory because content does not change.
 */
function rosterShelf(client: DynamoDBClient, table: string) {
  const known = new Map<string, readonly string[]>();
  return {
    async keep(ids: readonly string[]): Promise<string> {
      const name = fingerprint(ids.join('\n'));
      if (known.has(name)) return name;
      const item: Item = { ...marshalled(keys.roster(name)), ids: { S: JSON.stringify(ids) } };
      await client.send(new PutItemCommand({ TableName: table, Item: item }));
      known.set(name, ids);
      return name;
    },
    async read(name: string): Promise<readonly string[]> {
      const kept = known.get(name);
      if (kept !== undefined) return kept;
      const { Item: item } = await client.send(
        new GetItemCommand({ TableName: table, Key: marshalled(keys.roster(name)), ConsistentRead: true }),
      );
      if (item === undefined) throw new ItemError(`the roster ${name} of a stored run is missing`);
      const ids: unknown = JSON.parse(text(item, 'ids'));
      if (!Array.isArray(ids) || !ids.every(id => typeof id === 'string'))
        throw new ItemError(`the roster ${name} is no list`);
      known.set(name, ids);
      return ids;
    },
  };
}

interface Range {
  /** Sort keys from here on. */
  readonly from?: string;
  /** Sort keys below. */
  readonly before?: string;
  readonly limit?: number;
  readonly consistent?: boolean;
}

/** The items of a partition, in falling order of their sort keys, page by page up to the limit. */
async function query(client: DynamoDBClient, table: string, partition: string, range: Range): Promise<Item[]> {
  const bounded = range.from !== undefined && range.before !== undefined;
  if (bounded && `${range.from}` >= `${range.before}`) return [];
  // BETWEEN includes both ends, so the upper one is dropped again below: no key here continues another.
  const condition = bounded ? 'pk = :pk AND sk BETWEEN :from AND :before' : 'pk = :pk';
  const values: Item = { ':pk': { S: partition } };
  if (bounded) Object.assign(values, { ':from': { S: range.from }, ':before': { S: range.before } });
  const items: Item[] = [];
  let start: Item | undefined;
  do {
    const page = await client.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: condition,
        ExpressionAttributeValues: values,
        ScanIndexForward: false,
        ConsistentRead: range.consistent ?? false,
        ...(range.limit !== undefined && { Limit: range.limit - items.length + (bounded ? 1 : 0) }),
        ...(start !== undefined && { ExclusiveStartKey: start }),
      }),
    );
    items.push(...(page.Items ?? []).filter(item => item.sk?.S !== range.before));
    start = page.LastEvaluatedKey;
  } while (start !== undefined && items.length < (range.limit ?? Number.POSITIVE_INFINITY));
  return items.slice(0, range.limit);
}

/** Runs a conditional write: true when it was done, false when the condition did not hold. */
async function conditionally(write: () => Promise<unknown>): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

function versionCondition(version: number) {
  if (version === 0) return { ConditionExpression: 'attribute_not_exists(pk)' };
  return {
    ConditionExpression: 'version = :version',
    ExpressionAttributeValues: { ':version': { N: String(version) } },
  };
}

function toStateItem(key: Key, state: ServiceState): Item {
  return { ...marshalled(key), version: { N: String(state.version) }, state: { S: JSON.stringify(state) } };
}

function fromStateItem(item: Item): ServiceState {
  return toState(JSON.parse(text(item, 'state')));
}

/** One item that was damaged must not hide the others: whoever asks for it by itself is told. */
function readable<Shape>(read: () => Shape): Shape[] {
  try {
    return [read()];
  } catch {
    return [];
  }
}

function fromSilenceItem(item: Item): Silence {
  return toSilence(JSON.parse(text(item, 'silence')));
}

function fromIncidentItem(item: Item): Incident {
  return toIncident(JSON.parse(text(item, 'incident')));
}

function marshalled({ pk, sk }: Key): Item {
  return { pk: { S: pk }, sk: { S: sk } };
}

function text(item: Item, attribute: string): string {
  const value = item[attribute]?.S;
  if (value === undefined) throw new ItemError(`the item ${item.pk?.S} / ${item.sk?.S} has no text "${attribute}"`);
  return value;
}

function bytes(item: Item, attribute: string): Uint8Array {
  const value = item[attribute]?.B;
  if (value === undefined) throw new ItemError(`the item ${item.pk?.S} / ${item.sk?.S} has no bytes "${attribute}"`);
  return value;
}

function startOfDay(at: number): number {
  return Math.floor(at / DAY_MS) * DAY_MS;
}
