import { createHmac } from 'node:crypto';
import type { WebhookChannelConfig } from '../../../core/config/paging.ts';
import { signatureHeader, signedText, webhookBody } from '../../../core/message/webhook.ts';
import { type ChannelMaker, oneByOne } from './channel.ts';
import { deliverPost } from './deliver-post.ts';
import type { SendSecrets } from './send-secrets.ts';

/**
 * Any address: our JSON or the user's template. `tocsin-key` is the same on every repeat; `tocsin-signature` is made over
 * the time and the raw body with the shared secret.
 */
export const webhookChannel: ChannelMaker<WebhookChannelConfig> = (config, parts) => ({
  groups: false,
  send: ({ entries, links }) =>
    oneByOne(entries, entry =>
      deliverPost('The webhook', parts, async secrets => {
        const template = config.template === undefined ? undefined : await secrets.fillJson(config.template);
        const body = webhookBody(entry, links, template);
        const headers = {
          ...(await secrets.fillHeaders(config.headers)),
          'tocsin-key': /^[\x21-\x7e]+$/.test(entry.key) ? entry.key : encodeURIComponent(entry.key),
          ...(await signature(config, secrets, body, Math.floor(parts.clock() / 1000))),
        };
        return { url: await secrets.fillUrl(config.url), headers, body, allowPrivate: config.allowPrivate === true };
      }),
    ),
});

async function signature(
  { signingSecret }: WebhookChannelConfig,
  secrets: SendSecrets,
  body: string,
  atSeconds: number,
): Promise<Readonly<Record<string, string>>> {
  if (signingSecret === undefined) return {};
  const hmac = createHmac('sha256', await secrets.fill(signingSecret))
    .update(signedText(atSeconds, body))
    .digest('hex');
  return { 'tocsin-signature': signatureHeader(atSeconds, hmac) };
}
