import type { ConfigPath } from './complaint.ts';
import { type Read, type ReadPart, words } from './read-part.ts';
import { anyChannelSchema, channelHeadSchema, channelSchemas } from './schema-channels.ts';
import {
  escalationSchema,
  hoursSchema,
  memberSchema,
  onceSchema,
  overrideSchema,
  rotaOuter,
  routeMatchOuter,
  routeOuter,
  windowMatchSchema,
  windowOuter,
} from './schema-paging.ts';

/** As long as the lists in the file, so that an index is a place. */
export interface PagingFields {
  readonly channels: readonly ChannelFields[];
  readonly routes: readonly RouteFields[];
  readonly onCall: readonly RotaFields[];
  readonly maintenance: readonly WindowFields[];
}

interface Lists {
  readonly channels?: readonly unknown[] | undefined;
  readonly routes?: readonly unknown[] | undefined;
  readonly onCall?: readonly unknown[] | undefined;
  readonly maintenance?: readonly unknown[] | undefined;
}

export function readPaging(lists: Lists, read: Read): PagingFields {
  return {
    channels: (lists.channels ?? []).map((part, index) => readChannel(part, ['channels', index], read)),
    routes: (lists.routes ?? []).map((part, index) => readRoute(part, ['routes', index], read)),
    onCall: (lists.onCall ?? []).map((part, index) => readRota(part, ['onCall', index], read)),
    maintenance: (lists.maintenance ?? []).map((part, index) => readWindow(part, ['maintenance', index], read)),
  };
}

export type ChannelFields = ReturnType<typeof readChannel>;

/** The type decides which keys there are; without one, only what all types have is looked at. */
function readChannel(part: unknown, path: ConfigPath, read: Read) {
  const { success, data } = channelHeadSchema.pick({ type: true }).loose().safeParse(part);
  const strict = success ? channelSchemas[data.type] : channelHeadSchema;
  return read(part, path, { strict, loose: anyChannelSchema, aliases: CHANNEL_ALIASES }).fields;
}

const looseRoute = routeOuter.partial();
const looseMatch = routeMatchOuter.partial();
const looseHours = hoursSchema.partial();
const looseEscalation = escalationSchema.partial();
export type RouteFields = ReturnType<typeof readRoute>;
export type HoursFields = ReturnType<typeof looseHours.parse>;
export type NamesFields = Pick<ReturnType<typeof looseMatch.parse>, 'group' | 'service' | 'tag'>;

function readRoute(part: unknown, path: ConfigPath, read: Read) {
  const outer = marked(
    read(part, path, { strict: routeOuter, loose: looseRoute, aliases: ROUTE_ALIASES, elsewhere: ofMatch }),
  );
  const matchPath = [...path, 'match'];
  const match = marked(
    read(outer.match ?? {}, matchPath, {
      strict: routeMatchOuter,
      loose: looseMatch,
      aliases: MATCH_ALIASES,
    }),
  );
  const hours = { strict: hoursSchema, loose: looseHours, aliases: HOURS_ALIASES };
  const step = { strict: escalationSchema, loose: looseEscalation, aliases: ESCALATION_ALIASES };
  return {
    ...outer,
    /** Nothing is written that could keep an incident from it. */
    isOpen: !outer.isBroken && !match.isBroken && Object.keys(outer.match ?? {}).length === 0,
    match: {
      ...match,
      during: match.during === undefined ? undefined : read(match.during, [...matchPath, 'during'], hours).fields,
    },
    escalate: (outer.escalate ?? []).map((entry, index) => read(entry, [...path, 'escalate', index], step).fields),
  };
}

function ofMatch(key: string): string | undefined {
  return Object.hasOwn(routeMatchOuter.shape, key) ? 'belongs under match' : undefined;
}

const looseRota = rotaOuter.partial();
const looseMember = memberSchema.partial();
const looseOverride = overrideSchema.partial();
export type RotaFields = ReturnType<typeof readRota>;

function readRota(part: unknown, path: ConfigPath, read: Read) {
  const outer = marked(read(part, path, { strict: rotaOuter, loose: looseRota, aliases: ROTA_ALIASES }));
  const member = { strict: memberSchema, loose: looseMember, aliases: MEMBER_ALIASES };
  const override = { strict: overrideSchema, loose: looseOverride, aliases: SPAN_ALIASES };
  return {
    ...outer,
    members: (outer.members ?? []).map((entry, index) => marked(read(entry, [...path, 'members', index], member))),
    overrides: (outer.overrides ?? []).map(
      (entry, index) => read(entry, [...path, 'overrides', index], override).fields,
    ),
  };
}

const looseWindow = windowOuter.partial();
const looseWindowMatch = windowMatchSchema.partial();
const looseOnce = onceSchema.partial();
export type WindowFields = ReturnType<typeof readWindow>;

function readWindow(part: unknown, path: ConfigPath, read: Read) {
  const outer = marked(
    read(part, path, { strict: windowOuter, loose: looseWindow, aliases: WINDOW_ALIASES, elsewhere: ofMatch }),
  );
  const match = { strict: windowMatchSchema, loose: looseWindowMatch, aliases: MATCH_ALIASES };
  const once = { strict: onceSchema, loose: looseOnce, aliases: SPAN_ALIASES };
  return {
    ...outer,
    match: read(outer.match ?? {}, [...path, 'match'], match).fields,
    once: outer.once === undefined ? undefined : marked(read(outer.once, [...path, 'once'], once)),
  };
}

/** The fields, and whether something that was written among them is missing. */
function marked<Fields>({ fields, complaints }: ReadPart<Fields>): Fields & { readonly isBroken: boolean } {
  return { ...fields, isBroken: complaints.length > 0 };
}

const CHANNEL_ALIASES = words({
  type: 'kind provider',
  url: 'webhook webhookurl address target endpoint uri',
  routingKey: 'integrationkey servicekey key apikey',
  botToken: 'token',
  chatId: 'chat channel',
  signingSecret: 'secret hmac signature',
  template: 'body payload',
  rota: 'schedule oncall',
  to: 'member user',
});
const ROUTE_ALIASES = words({
  match: 'when matchers matches if filter',
  channels: 'channel to receivers notify send',
  remindEvery: 'remind reminder reminders repeat repeatinterval renotify',
  escalate: 'escalation escalations',
  notifyOnResolve: 'resolve sendresolved notifyresolved onresolve',
  ackTimeout: 'acknowledgetimeout acktime',
});
const MATCH_ALIASES = words({
  severity: 'severities priority level',
  group: 'groups team',
  service: 'services id',
  tag: 'tags label labels',
  during: 'hours time times',
});
const HOURS_ALIASES = words({
  days: 'day weekdays weekday',
  from: 'start begin after',
  to: 'end until till before',
  zone: 'timezone tz',
});
const SPAN_ALIASES = words({
  member: 'user who person id',
  from: 'start begin',
  to: 'end until till',
  zone: 'timezone tz',
});
const ESCALATION_ALIASES = words({ after: 'delay wait', to: 'channels channel notify' });
const ROTA_ALIASES = words({
  zone: 'timezone tz',
  rotation: 'rotate type length every',
  handover: 'handoff at',
  from: 'start begin since',
  members: 'users people participants member',
  overrides: 'override exceptions',
});
const MEMBER_ALIASES = words({ email: 'mail', phone: 'sms mobile tel', channels: 'channel notify' });
const WINDOW_ALIASES = words({
  reason: 'description comment why',
  match: 'matchers for filter',
  once: 'at window',
  cron: 'schedule every',
  duration: 'length lasts',
  zone: 'timezone tz',
});
