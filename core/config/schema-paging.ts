import * as z from 'zod';
import { SEVERITIES } from './model.ts';
import { channelSchema } from './schema-channels.ts';
import {
  choice,
  date,
  duration,
  email,
  flag,
  id,
  list,
  moment,
  name,
  oneOrMore,
  optional,
  phone,
  text,
  time,
  weekdays,
  wrong,
  zone,
} from './schema-fields.ts';

/** The shape of who is told, where and when: `channels`, `routes`, `onCall` and `maintenance` of `monitors.yaml`. */

const NOBODY = { error: 'must list at least one member' };
const KEYS = { error: wrong('keys and values') };

const names = list(id(), 20);

export const hoursSchema = z.strictObject(
  {
    ...optional({
      days: oneOrMore(weekdays(), 7).describe('The days on which the hours begin. Default: all.'),
      from: time().describe('Default "00:00".'),
      to: time().describe('Not included; before `from`, it is over midnight. Default "24:00".'),
    }),
    zone: zone().describe('The zone whose clock counts, such as Europe/Berlin.'),
  },
  KEYS,
);

const matched = {
  group: oneOrMore(text(300), 100).describe('Of one of these groups.'),
  service: oneOrMore(id(), 500).describe('One of these services.'),
};

const routeMatchSchema = z.strictObject(
  optional({
    severity: oneOrMore(choice(SEVERITIES), SEVERITIES.length).describe('Of one of these severities.'),
    ...matched,
    tag: oneOrMore(text(100), 100).describe('With one of these tags on one of its monitors.'),
    during: hoursSchema.describe('Within these hours of the week.'),
  }),
  KEYS,
);

export const escalationSchema = z.strictObject(
  {
    after: duration('1m', '7d').describe('How long after it opened, when nobody has acknowledged it.'),
    to: names.min(1, { error: 'must name at least one' }).describe('Ids of the channels that are told then.'),
  },
  KEYS,
);

const MOST_ESCALATIONS = 10;

const routeSchema = z.strictObject(
  optional({
    match: routeMatchSchema.describe('Everything given must match; nothing given: every incident.'),
    channels: names.min(1, { error: 'must name at least one' }).describe('Ids of channels. Default: topic.'),
    remindEvery: duration('5m', '7d').describe('Tells it again this often until it is acknowledged.'),
    escalate: list(escalationSchema, MOST_ESCALATIONS).describe('Who else is told, and when.'),
    notifyOnResolve: flag().describe('Default true.'),
    ackTimeout: duration('5m', '7d').describe('After so long an acknowledgement no longer counts.'),
  }),
  KEYS,
);

export const memberSchema = z.strictObject(
  {
    id: id().describe('The same in every rota.'),
    ...optional({
      name: name().describe('Default: the id.'),
      email: email().describe('Subscribed to the topic for what is meant for this member.'),
      phone: phone().describe('For SMS, the same way; with the country: "+4915112345678".'),
      channels: list(id(), 20).describe('Ids of further channels that reach this member.'),
    }),
  },
  KEYS,
);

export const overrideSchema = z.strictObject(
  {
    member: id().describe('Who stands in.'),
    from: moment().describe('By the clock of the rota: 2026-12-24T09:00, or with an offset.'),
    to: moment().describe('Not included.'),
  },
  KEYS,
);

const ROTATIONS = ['daily', 'weekly'] as const;
const MOST_MEMBERS = 100;
const MOST_OVERRIDES = 500;

const rotaSchema = z.strictObject(
  {
    id: id().describe('Its name in channels.'),
    zone: zone().describe('The zone whose clock counts, such as Europe/Berlin.'),
    handover: text(20).describe('When turns change: "mon 09:00", or "09:00" of a daily rotation.'),
    from: date().describe('The day on which the turn of the first member begins.'),
    members: list(memberSchema, MOST_MEMBERS).min(1, NOBODY).describe('In the order of their turns.'),
    ...optional({
      rotation: choice(ROTATIONS).describe('How long a turn is. Default weekly.'),
      overrides: list(overrideSchema, MOST_OVERRIDES).describe('Somebody else for a while; the last that fits counts.'),
    }),
  },
  KEYS,
);

export const onceSchema = z.strictObject(
  {
    from: moment().describe('2026-12-24T22:00 by the clock of `zone`, or with an offset.'),
    to: moment().describe('Not included; at most 30 days later.'),
    ...optional({ zone: zone().describe('Needed where no offset is written.') }),
  },
  KEYS,
);

export const windowMatchSchema = z.strictObject(optional(matched), KEYS);

const windowSchema = z.strictObject(
  {
    id: id().describe('Its name in messages.'),
    reason: text(300).describe('What work is going on.'),
    ...optional({
      match: windowMatchSchema.describe('Everything given must match; nothing given: every service.'),
      once: onceSchema.describe('One time.'),
      cron: text(200).describe('Again and again: minute hour day month weekday, such as "0 2 * * sun".'),
      duration: duration('1m', '7d').describe('cron: how long each lasts.'),
      zone: zone().describe('cron: the zone whose clock counts.'),
    }),
  },
  KEYS,
);

/** The outer shapes alone; what is within is then read by its own schema. */
export const routeMatchOuter = routeMatchSchema.extend({ during: z.unknown().optional() });
export const routeOuter = routeSchema.extend({
  match: z.unknown().optional(),
  escalate: list(z.unknown(), MOST_ESCALATIONS).optional(),
});
export const rotaOuter = rotaSchema.extend({
  members: list(z.unknown(), MOST_MEMBERS).min(1, NOBODY),
  overrides: list(z.unknown(), MOST_OVERRIDES).optional(),
});
export const windowOuter = windowSchema.extend({ match: z.unknown().optional(), once: z.unknown().optional() });

const sections = {
  channels: [100, 'Where messages go. `topic`, the SNS topic of the stack, is always there.'],
  routes: [200, 'Which incidents go where; the first that matches counts.'],
  onCall: [50, 'Rotas: who is on call.'],
  maintenance: [500, 'When pages are withheld because work is going on.'],
} as const;

/** The lists alone; their entries are then read one by one. */
export const pagingTop = {
  channels: list(z.unknown(), sections.channels[0]).optional(),
  routes: list(z.unknown(), sections.routes[0]).optional(),
  onCall: list(z.unknown(), sections.onCall[0]).optional(),
  maintenance: list(z.unknown(), sections.maintenance[0]).optional(),
};

/** The same lists with what is in them, for editors. */
export const pagingFile = {
  channels: z.array(channelSchema).max(sections.channels[0]).describe(sections.channels[1]).optional(),
  routes: z.array(routeSchema).max(sections.routes[0]).describe(sections.routes[1]).optional(),
  onCall: z.array(rotaSchema).max(sections.onCall[0]).describe(sections.onCall[1]).optional(),
  maintenance: z.array(windowSchema).max(sections.maintenance[0]).describe(sections.maintenance[1]).optional(),
};
