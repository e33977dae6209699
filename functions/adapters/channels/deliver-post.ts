import type { Receipt } from '../../ports.ts';
import type { ChannelParts } from './channel.ts';
import type { PostRequest } from './post.ts';
import { receiptOf } from './receipt.ts';
import { SendSecretError, type SendSecrets, sendSecrets } from './send-secrets.ts';

/**
 * Fills in the secrets, posts, and says what became of it; never rejects.
 * @param name of the channel's kind, as people know it
 * @param toRequest makes the request with what the secrets hold
 */
export async function deliverPost(
  name: string,
  parts: Pick<ChannelParts, 'secrets' | 'post' | 'clock'>,
  toRequest: (secrets: SendSecrets) => Promise<PostRequest>,
): Promise<Receipt> {
  const secrets = sendSecrets(parts.secrets);
  try {
    const observation = await parts.post(await toRequest(secrets));
    return receiptOf(observation, { name, clean: secrets.clean, now: parts.clock() });
  } catch (error) {
    if (error instanceof SendSecretError) return { accepted: false, error: `${name}: ${error.message}` };
    throw error;
  }
}
