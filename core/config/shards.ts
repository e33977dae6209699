import { hash32 } from '../hash.ts';

/**
 * Which shard runs a service: 0…`shards` - 1. Services of one group share a shard, so that their pages can be grouped; the same
 * name always lands in the same shard as long as `shards` stays.
 */
export function shardOf(service: { readonly id: string; readonly group?: string }, shards: number): number {
  return hash32(service.group ?? service.id) % shards;
}
