import * as z from 'zod';
import { closest, didYouMean } from '../did-you-mean.ts';
import { choice, flag, headers, hidden, id, optional, reference, text, whole, wrong } from './schema-fields.ts';

/** The shape of `channels` of `monitors.yaml`: the type decides which keys there are. */

const KEYS = { error: wrong('keys and values') };

const url = hidden(2048).describe('Its web address.');
const allowPrivate = flag().describe('Allows an address in private, loopback and link-local ranges.');
const secretUrl = reference().describe('Its web address, a secret: ${ssm:/name} or ${secret:name}.');

/** What each type of channel has besides its id. */
const CHANNEL_FIELDS = {
  sns: optional({ to: id().describe('The member of a rota whose e-mail and phone get it; without, all subscribers.') }),
  pagerduty: {
    routingKey: reference().describe('The routing key of an Events API v2 integration, by reference.'),
    ...optional({
      url: url.describe('Default https://events.pagerduty.com'),
      webhookSecret: reference().describe('The secret of its webhook, with which it acknowledges here.'),
    }),
  },
  slack: { url: secretUrl },
  teams: { url: secretUrl },
  discord: { url: secretUrl },
  telegram: {
    botToken: reference().describe('By reference.'),
    chatId: z.union([text(100), whole(-(10 ** 15), 10 ** 15)]).describe('The chat: a number, or @channel in quotes.'),
    ...optional({ apiUrl: url.describe('Default https://api.telegram.org') }),
  },
  webhook: {
    url: url.describe('Where it is posted to; may hold references.'),
    ...optional({
      headers: headers().describe('Request headers; secrets by reference only.'),
      signingSecret: reference().describe('The key that signs the body, by reference.'),
      template: hidden(20_000).describe('A body of your own, with {{path}} where a value goes.'),
      allowPrivate,
    }),
  },
  alertmanager: {
    url: url.describe('Its base address.'),
    ...optional({ headers: headers().describe('Request headers; secrets by reference only.'), allowPrivate }),
  },
  onCall: { rota: id().describe('Whoever is on call in this rota.') },
} as const;

const CHANNEL_TYPES = [
  'sns',
  'pagerduty',
  'slack',
  'teams',
  'discord',
  'telegram',
  'webhook',
  'alertmanager',
  'onCall',
] as const satisfies readonly (keyof typeof CHANNEL_FIELDS)[];
type Type = (typeof CHANNEL_TYPES)[number];

const channelId = id().describe('Its name in routes.');

function channel<Kind extends Type, Shape extends z.ZodRawShape>(type: Kind, shape: Shape) {
  return z.strictObject({ id: channelId, type: z.literal(type), ...shape }, KEYS);
}

/** The keys of every type, checked by the schema of its own before. */
export const anyChannelSchema = z
  .object({
    id: z.string(),
    type: z.enum(CHANNEL_TYPES),
    to: z.string(),
    routingKey: z.string(),
    url: z.string(),
    webhookSecret: z.string(),
    botToken: z.string(),
    chatId: z.union([z.string(), z.number()]),
    apiUrl: z.string(),
    headers: z.record(z.string(), z.string()),
    signingSecret: z.string(),
    template: z.string(),
    allowPrivate: z.boolean(),
    rota: z.string(),
  })
  .partial();

export const channelSchemas = {
  sns: channel('sns', CHANNEL_FIELDS.sns),
  pagerduty: channel('pagerduty', CHANNEL_FIELDS.pagerduty),
  slack: channel('slack', CHANNEL_FIELDS.slack),
  teams: channel('teams', CHANNEL_FIELDS.teams),
  discord: channel('discord', CHANNEL_FIELDS.discord),
  telegram: channel('telegram', CHANNEL_FIELDS.telegram),
  webhook: channel('webhook', CHANNEL_FIELDS.webhook),
  alertmanager: channel('alertmanager', CHANNEL_FIELDS.alertmanager),
  onCall: channel('onCall', CHANNEL_FIELDS.onCall),
} as const satisfies Readonly<Record<Type, z.ZodObject>>;

/** What every channel has, whatever its type. */
export const channelHeadSchema = z.looseObject({ id: channelId, type: choice(CHANNEL_TYPES, typeHint) }, KEYS);

function typeHint(word: string): string {
  return /mail|sms|phone/i.test(word)
    ? '; e-mail and phones subscribe to the topic, or belong to a member under onCall'
    : didYouMean(closest(word, CHANNEL_TYPES));
}

/** Any channel, for editors. */
export const channelSchema = z.discriminatedUnion('type', [
  channelSchemas.sns,
  channelSchemas.pagerduty,
  channelSchemas.slack,
  channelSchemas.teams,
  channelSchemas.discord,
  channelSchemas.telegram,
  channelSchemas.webhook,
  channelSchemas.alertmanager,
  channelSchemas.onCall,
]);
