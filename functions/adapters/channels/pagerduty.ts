import type { PagerDutyChannelConfig } from '../../../core/config/paging.ts';
import { changeEvent, pagerdutyBody } from '../../../core/message/pagerduty.ts';
import type { Receipt } from '../../ports.ts';
import { type ChannelMaker, type ChannelParts, oneByOne } from './channel.ts';
import { deliverPost } from './deliver-post.ts';

/** PagerDuty Events v2: 202; 400 is for good; 429 and 5xx are worth another try. It keeps its incidents by our key. */
export const pagerdutyChannel: ChannelMaker<PagerDutyChannelConfig> = (config, parts) => ({
  groups: false,
  send: ({ entries, links }) =>
    oneByOne(entries, entry => enqueue(config, parts, '/v2/enqueue', key => pagerdutyBody(entry, links, key))),
});

/** Tells PagerDuty of something that was done: a deployment, a change of configuration. Nobody is paged by it. */
export function sendChange(
  config: PagerDutyChannelConfig,
  parts: Pick<ChannelParts, 'secrets' | 'post' | 'clock'>,
  text: string,
): Promise<Receipt> {
  const change = { text, source: 'tocsin', atMs: parts.clock() };
  return enqueue(config, parts, '/v2/change/enqueue', key => changeEvent(change, key));
}

function enqueue(
  config: PagerDutyChannelConfig,
  parts: Pick<ChannelParts, 'secrets' | 'post' | 'clock'>,
  path: string,
  toBody: (routingKey: string) => object,
): Promise<Receipt> {
  return deliverPost('PagerDuty', parts, async secrets => ({
    url: config.url.replace(/\/+$/, '') + path,
    body: JSON.stringify(toBody((await secrets.fill(config.routingKey)).trim())),
  }));
}
