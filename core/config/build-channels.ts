import { type Complaint, type ConfigPath, quoted } from './complaint.ts';
import { headerComplaints } from './headers.ts';
import { nameComplaints, repeatedIds } from './names.ts';
import { type ChannelConfig, TOPIC_CHANNEL } from './paging.ts';
import type { ChannelFields, PagingFields } from './read-paging.ts';
import { ONE_REFERENCE, referenceProblem } from './references.ts';
import { httpTargetProblem } from './target.ts';

/** The channels of the file behind the topic, which is always there, and what their fields get wrong. */
export function buildChannels({ channels, onCall }: PagingFields): {
  readonly channels: readonly ChannelConfig[];
  readonly complaints: readonly Complaint[];
} {
  const own = channels.flatMap(fields => (fields.id === TOPIC_CHANNEL ? [] : (toChannel(fields) ?? [])));
  const rotas = onCall.flatMap(({ id }) => id ?? []);
  const complaints = channels.flatMap((fields, index) => {
    const path = ['channels', index];
    return [
      ...topicComplaints(fields, path),
      ...memberIdComplaints(fields.id, onCall, path),
      ...memberComplaints(fields.to, onCall, [...path, 'to']),
      ...nameComplaints(fields.rota, [...path, 'rota'], rotas, 'which is not under onCall'),
      ...addressComplaints(fields, path),
      ...headerComplaints(fields.headers ?? {}, [...path, 'headers'], 'Tocsin'),
      ...templateComplaints(fields.template, [...path, 'template']),
    ];
  });
  return {
    channels: [{ id: TOPIC_CHANNEL, type: 'sns' }, ...own],
    complaints: [...complaints, ...repeatedIds(channels, ['channels'])],
  };
}

/** Undefined when something that it cannot do without is missing; the reading has complained. */
function toChannel(fields: ChannelFields): ChannelConfig | undefined {
  const { id, type, url, headers = {} } = fields;
  const allowance = { ...(fields.allowPrivate === true && { allowPrivate: true }) };
  if (id === undefined) return undefined;
  switch (type) {
    case undefined:
      return undefined;
    case 'sns':
      return { id, type, ...(fields.to !== undefined && { to: fields.to }) };
    case 'pagerduty': {
      const { routingKey, webhookSecret } = fields;
      if (routingKey === undefined) return undefined;
      const address = url ?? 'https://events.pagerduty.com';
      return { id, type, routingKey, url: address, ...(webhookSecret !== undefined && { webhookSecret }) };
    }
    case 'slack':
    case 'teams':
    case 'discord':
      return url === undefined ? undefined : { id, type, url };
    case 'telegram': {
      const { botToken, chatId, apiUrl = 'https://api.telegram.org' } = fields;
      if (botToken === undefined || chatId === undefined) return undefined;
      return { id, type, botToken, chatId: String(chatId), apiUrl };
    }
    case 'webhook': {
      const { signingSecret, template } = fields;
      if (url === undefined) return undefined;
      const optional = {
        ...(signingSecret !== undefined && { signingSecret }),
        ...(template !== undefined && { template }),
      };
      return { id, type, url, headers, ...optional, ...allowance };
    }
    case 'alertmanager':
      return url === undefined ? undefined : { id, type, url, headers, ...allowance };
    case 'onCall':
      return fields.rota === undefined ? undefined : { id, type, rota: fields.rota };
  }
}

function topicComplaints({ id, type, to }: ChannelFields, path: ConfigPath): readonly Complaint[] {
  if (id === TOPIC_CHANNEL && type !== undefined && (type !== 'sns' || to !== undefined)) {
    return [
      { path: [...path, 'id'], message: 'is the SNS topic of the stack with all its subscribers: choose another id' },
    ];
  }
  if (type === 'sns' && to === undefined && id !== undefined && id !== TOPIC_CHANNEL) {
    return [
      { path: [...path, 'id'], message: 'would be the topic once more: use topic, or say with `to` which member' },
    ];
  }
  return [];
}

/** E-mail and phone of a member have a channel of the member's id. */
function memberIdComplaints(
  id: string | undefined,
  onCall: PagingFields['onCall'],
  path: ConfigPath,
): readonly Complaint[] {
  const isTaken = id !== undefined && onCall.some(({ members }) => members.some(member => member.id === id));
  const message = 'is also the id of a member, whose e-mail and phone go by it: choose another id';
  return isTaken ? [{ path: [...path, 'id'], message }] : [];
}

function memberComplaints(
  to: string | undefined,
  onCall: PagingFields['onCall'],
  path: ConfigPath,
): readonly Complaint[] {
  const members = onCall.flatMap(rota => rota.members);
  const ids = members.flatMap(({ id }) => id ?? []);
  const complaints = nameComplaints(to, path, ids, 'which is no member of a rota');
  const member = members.find(({ id }) => id !== undefined && id === to);
  if (member === undefined || member.email !== undefined || member.phone !== undefined) return complaints;
  return [{ path, message: `names ${quoted(String(to))}, who has neither email nor phone` }];
}

/** An address may be a secret, or hold one without being written as one, so none is repeated. */
function addressComplaints(fields: ChannelFields, path: ConfigPath): readonly Complaint[] {
  return (['url', 'apiUrl'] as const).flatMap(key => {
    const address = fields[key];
    if (address === undefined || ONE_REFERENCE.test(address)) return [];
    const isWrong = httpTargetProblem(address) !== undefined;
    const message =
      referenceProblem(address) ??
      (isWrong ? 'must be a web address that starts with http:// or https://, without credentials' : undefined);
    return message === undefined ? [] : [{ path: [...path, key], message }];
  });
}

function templateComplaints(template: string | undefined, path: ConfigPath): readonly Complaint[] {
  if (template === undefined) return [];
  const rest = template.replace(/\{\{\s{0,9}[\w.-]{1,200}\s{0,9}\}\}/g, '');
  const isOpen = rest.includes('{{') ? 'has a {{ that starts no place: write {{service.name}}' : undefined;
  const message = referenceProblem(template) ?? isOpen;
  return message === undefined ? [] : [{ path, message }];
}
