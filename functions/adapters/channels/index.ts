import type { ChannelType, DirectChannelConfig } from '../../../core/config/paging.ts';
import type { Channel, Clock } from '../../ports.ts';
import type { SecretSource } from '../../run-secrets.ts';
import { alertmanagerChannel } from './alertmanager.ts';
import type { ChannelMaker, ConfigOf } from './channel.ts';
import { discordChannel } from './discord.ts';
import { pagerdutyChannel } from './pagerduty.ts';
import { createPost, type Post } from './post.ts';
import { slackChannel } from './slack.ts';
import { snsChannelOf, type Topic } from './sns.ts';
import { teamsChannel } from './teams.ts';
import { telegramChannel } from './telegram.ts';
import { webhookChannel } from './webhook.ts';

/** One line a type: a missing channel is a compile error. */
const MAKERS: { readonly [Type in ChannelType]: ChannelMaker<ConfigOf<Type>> } = {
  sns: snsChannelOf,
  pagerduty: pagerdutyChannel,
  slack: slackChannel,
  teams: teamsChannel,
  discord: discordChannel,
  telegram: telegramChannel,
  webhook: webhookChannel,
  alertmanager: alertmanagerChannel,
};

export interface ChannelDependencies {
  /** The topic of the stack; without one its channels refuse everything. */
  readonly sns?: Topic;
  readonly secrets: SecretSource;
  /** @default one that refuses private addresses */
  readonly post?: Post;
  readonly clock?: Clock;
}

/** The channels by their ids. None of them connects to anything before it sends, and none of them ever rejects. */
export function createChannels(
  configs: readonly DirectChannelConfig[],
  { sns, secrets, post = createPost(), clock = Date.now }: ChannelDependencies,
): ReadonlyMap<string, Channel> {
  const parts = { ...(sns !== undefined && { sns }), secrets, post, clock };
  return new Map(
    configs.map(config => {
      // The registry ties every type to its own configuration; TypeScript loses that tie when the type is not known.
      const make = MAKERS[config.type] as ChannelMaker<DirectChannelConfig>;
      return [config.id, make(config, parts)];
    }),
  );
}
