import { type Config, MOST_SHARDS, type Service } from '../core/config/model.ts';
import type { ServiceState } from '../core/state.ts';
import type { Store } from './ports.ts';

/**
 * A service moves to another shard when its group or the number of shards changes. Its state moves with it, or its open
 * incident would be opened anew: the first run that finds a service without a state looks into the other shards.
 * The copy is stored before the old one is dropped; a crash between them leaves one that nobody reads.
 * @param stored the states of this shard by service
 * @returns the states that came here
 */
export async function adopt(
  store: Store,
  config: Config,
  services: readonly Service[],
  shard: number,
  stored: ReadonlyMap<string, ServiceState>,
): Promise<readonly ServiceState[]> {
  const strangers = new Set(services.map(({ id }) => id).filter(id => !stored.has(id)));
  if (strangers.size === 0) return [];
  const others = Array.from({ length: MOST_SHARDS }, (_, other) => other).filter(other => other !== shard);
  const found = await Promise.all(
    others.map(async other =>
      (await store.states(other)).filter(state => strangers.has(state.service)).map(state => ({ other, state })),
    ),
  );
  const adopted: ServiceState[] = [];
  for (const { other, state } of found.flat()) {
    if (config.services.find(({ id }) => id === state.service)?.shard === other) continue;
    const copy = await store.saveState(shard, { ...state, version: 0 });
    await store.dropState(other, state);
    if (copy !== undefined) adopted.push(copy);
  }
  return adopted;
}
