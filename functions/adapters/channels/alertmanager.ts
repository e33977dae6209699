import type { AlertmanagerChannelConfig } from '../../../core/config/paging.ts';
import { alertmanagerBody } from '../../../core/message/alertmanager.ts';
import { type ChannelMaker, oneByOne } from './channel.ts';
import { deliverPost } from './deliver-post.ts';

/** Alertmanager v2: 200; 400 is for good. It knows an alert again by its labels. */
export const alertmanagerChannel: ChannelMaker<AlertmanagerChannelConfig> = (config, parts) => ({
  groups: false,
  send: ({ entries, links }) =>
    oneByOne(entries, entry =>
      deliverPost('Alertmanager', parts, async secrets => ({
        url: `${(await secrets.fillUrl(config.url)).replace(/\/+$/, '')}/api/v2/alerts`,
        headers: await secrets.fillHeaders(config.headers),
        body: JSON.stringify(alertmanagerBody(entry, links)),
        allowPrivate: config.allowPrivate === true,
      })),
    ),
});
