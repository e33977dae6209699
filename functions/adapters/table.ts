import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/**
 * The keys and attributes of the one table. `infra/` builds the table from the names; `dynamo-store.ts` reads and
 * writes the items.
 */
export const PARTITION_KEY = 'pk';
export const SORT_KEY = 'sk';
/** Epoch seconds. DynamoDB deletes within days, so reads also filter by time. */
export const TTL_ATTRIBUTE = 'expiresAt';

export type Item = Record<string, AttributeValue>;
export type Key = { readonly pk: string; readonly sk: string };

/** The sort key of an incident: its opening first, because an id begins with its service. */
export const incidentOrder = (id: string) => `${id.slice(id.lastIndexOf('-') + 1)}#${id}`;

/** Every key of the table, a line a kind of item. Days, months and times are UTC. */
export const keys = {
  state: (shard: number, service: string): Key => ({ pk: `STATE#${shard}`, sk: service }),
  run: (shard: number, slotAt: number): Key => ({
    pk: `RUN#${shard}#${iso(slotAt).slice(0, 10)}`,
    sk: timeOfDay(slotAt),
  }),
  roster: (fingerprint: string): Key => ({ pk: 'ROSTER', sk: fingerprint }),
  silence: (id: string): Key => ({ pk: 'SILENCE', sk: id }),
  incident: (id: string, openedAt: number): Key => ({
    pk: `INCIDENT#${iso(openedAt).slice(0, 7)}`,
    sk: incidentOrder(id),
  }),
};

/** `10:03:00`, with milliseconds only where there are any. */
export function timeOfDay(at: number): string {
  const time = iso(at).slice(11, 23);
  return time.endsWith('.000') ? time.slice(0, 8) : time;
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
