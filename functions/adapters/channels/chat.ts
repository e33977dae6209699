import type { ChatChannelConfig } from '../../../core/config/paging.ts';
import type { Outgoing } from '../../../core/message/outgoing.ts';
import type { ChannelMaker } from './channel.ts';
import { deliverPost } from './deliver-post.ts';

/** A chat takes a body at an address that is its secret; it knows no keys, so one message may name several incidents. */
export function chatChannel(name: string, toBody: (outgoing: Outgoing) => object): ChannelMaker<ChatChannelConfig> {
  return (config, parts) => ({
    groups: true,
    send: outgoing =>
      deliverPost(name, parts, async secrets => ({
        url: await secrets.fillUrl(config.url),
        body: JSON.stringify(toBody(outgoing)),
      })),
  });
}
