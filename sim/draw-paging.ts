import {
  type ChannelConfig,
  DEFAULT_PAGING,
  DEFAULT_ROUTE,
  type Paging,
  TOPIC_CHANNEL,
} from '../core/config/paging.ts';
import type { Dice } from './dice.ts';

/** PagerDuty, in every history that has more than the topic. */
export const PAGER_CHANNEL = 'pager';

const PAGER: ChannelConfig = {
  id: PAGER_CHANNEL,
  type: 'pagerduty',
  routingKey: '${ssm:/pager}',
  url: 'https://events.pagerduty.com',
};
const CHAT: ChannelConfig = { id: 'chat', type: 'slack', url: '${ssm:/chat}' };

/** Whom a history tells: half of them only the topic; others an own pager and a chat as well, with reminders and escalation. */
export function drawPaging(dice: Dice): Paging {
  if (dice.chance(0.5)) return DEFAULT_PAGING;
  const first = dice.oneOf([
    [TOPIC_CHANNEL],
    [PAGER.id],
    [TOPIC_CHANNEL, PAGER.id],
    [TOPIC_CHANNEL, PAGER.id, CHAT.id],
  ]);
  const reminds = dice.chance(0.5);
  const remindEverySeconds = dice.between(2, 8) * 60;
  const escalates = dice.chance(0.4);
  const escalation = { afterSeconds: dice.between(2, 8) * 60, to: [dice.oneOf([PAGER.id, CHAT.id])] };
  return {
    ...DEFAULT_PAGING,
    channels: [...DEFAULT_PAGING.channels, PAGER, CHAT],
    routes: [
      {
        ...DEFAULT_ROUTE,
        channels: first,
        notifyOnResolve: dice.chance(0.8),
        escalate: escalates ? [escalation] : [],
        ...(reminds && { remindEverySeconds }),
      },
    ],
  };
}
