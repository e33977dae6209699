import type { DirectChannelConfig } from '../../../core/config/paging.ts';
import type { OutboxEntry } from '../../../core/state.ts';
import type { Channel, Clock, Receipt } from '../../ports.ts';
import type { SecretSource } from '../../run-secrets.ts';
import type { Post } from './post.ts';
import type { Topic } from './sns.ts';

/** What channels are made of; shared by all of them. */
export interface ChannelParts {
  /** Undefined where there is no topic. */
  readonly sns?: Topic;
  readonly secrets: SecretSource;
  readonly post: Post;
  readonly clock: Clock;
}

/** The configuration of each type. */
export type ConfigOf<Type extends DirectChannelConfig['type']> = Extract<DirectChannelConfig, { type: Type }>;

/** One file and one line in the registry a type. */
export type ChannelMaker<Config> = (config: Config, parts: ChannelParts) => Channel;

/**
 * Sends messages one by one where the other side knows each incident by its key. It stops at the first that is refused:
 * what is repeated then has the key it had before.
 */
export async function oneByOne(
  entries: readonly OutboxEntry[],
  send: (entry: OutboxEntry) => Promise<Receipt>,
): Promise<Receipt> {
  let receipt: Receipt = { accepted: false, error: 'there was nothing to send' };
  for (const entry of entries) {
    receipt = await send(entry);
    if (!receipt.accepted) return receipt;
  }
  return receipt;
}
