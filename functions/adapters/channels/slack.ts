import { slackBody } from '../../../core/message/slack.ts';
import { chatChannel } from './chat.ts';

/** A Slack incoming webhook: 200 `ok`; 400, 403, 404 and 410 are for good; 429 with Retry-After; 500 now and then. */
export const slackChannel = chatChannel('Slack', slackBody);
