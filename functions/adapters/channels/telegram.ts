import type { TelegramChannelConfig } from '../../../core/config/paging.ts';
import { telegramBody } from '../../../core/message/telegram.ts';
import type { ChannelMaker } from './channel.ts';
import { deliverPost } from './deliver-post.ts';
import { SendSecretError } from './send-secrets.ts';

/** A Telegram bot: 200; 400, 401, 403 and 404 are for good; 429 with the wait in the body. */
export const telegramChannel: ChannelMaker<TelegramChannelConfig> = (config, parts) => ({
  groups: true,
  send: outgoing =>
    deliverPost('Telegram', parts, async secrets => {
      const token = (await secrets.fill(config.botToken)).trim();
      // It goes into the path as it is: its colon is part of it.
      if (!/^[\w:-]+$/.test(token)) throw new SendSecretError(`${config.botToken} does not hold a bot token`);
      return {
        url: `${config.apiUrl.replace(/\/+$/, '')}/bot${token}/sendMessage`,
        body: JSON.stringify(telegramBody(outgoing, config.chatId)),
      };
    }),
});
