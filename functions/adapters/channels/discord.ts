import { discordBody } from '../../../core/message/discord.ts';
import { chatChannel } from './chat.ts';

/** A Discord webhook: 204; 429 with Retry-After and the same in the body. */
export const discordChannel = chatChannel('Discord', discordBody);
