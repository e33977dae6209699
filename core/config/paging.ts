import type { Severity } from './model.ts';

/**
 * Who is told of an incident, where and when: the paging half of the configuration, as plain data with every default
 * filled in. Secrets are references, resolved when a message is sent.
 */
export interface Paging {
  /** In the order of the file; `topic`, the SNS topic of the stack, is always there and comes first. */
  readonly channels: readonly ChannelConfig[];
  /** The first that matches counts; the last matches everything. Never empty. */
  readonly routes: readonly Route[];
  readonly rotas: readonly Rota[];
  readonly maintenance: readonly MaintenanceWindow[];
}

/** The channel that needs no configuration: the SNS topic of the stack. */
export const TOPIC_CHANNEL = 'topic';

/** Matches what no other route does: the topic, without reminders or escalation. */
export const DEFAULT_ROUTE: Route = { match: {}, channels: [TOPIC_CHANNEL], escalate: [], notifyOnResolve: true };

/** What counts when nothing is configured. */
export const DEFAULT_PAGING: Paging = {
  channels: [{ id: TOPIC_CHANNEL, type: 'sns' }],
  routes: [DEFAULT_ROUTE],
  rotas: [],
  maintenance: [],
};

/**
 * The subscribers of the topic. With `to`, only the member of a rota of this id; e-mail or phone of a member imply such a channel,
 * whose id is the member's.
 */
export interface SnsChannelConfig {
  readonly id: string;
  readonly type: 'sns';
  readonly to?: string;
}

/** PagerDuty Events v2. */
export interface PagerDutyChannelConfig {
  readonly id: string;
  readonly type: 'pagerduty';
  /** A reference to the integration's routing key. */
  readonly routingKey: string;
  /** @default https://events.pagerduty.com */
  readonly url: string;
  /** A reference to the secret of PagerDuty's webhook back; without one it is not accepted. */
  readonly webhookSecret?: string;
}

/** An incoming webhook of a chat. Its address is a secret, so it is a reference. */
export interface ChatChannelConfig {
  readonly id: string;
  readonly type: 'slack' | 'teams' | 'discord';
  readonly url: string;
}

export interface TelegramChannelConfig {
  readonly id: string;
  readonly type: 'telegram';
  /** A reference. */
  readonly botToken: string;
  readonly chatId: string;
  /** @default https://api.telegram.org */
  readonly apiUrl: string;
}

/** Our documented JSON, or a body of the user's own, to any address. */
export interface WebhookChannelConfig {
  readonly id: string;
  readonly type: 'webhook';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** A reference to the key that signs the raw body; without one it is not signed. */
  readonly signingSecret?: string;
  /** A body with `{{path}}` places, filled from our JSON, each value JSON-escaped. */
  readonly template?: string;
  /** Allows an address in private, loopback and link-local ranges. @default false */
  readonly allowPrivate?: boolean;
}

/** Alertmanager v2, re-sent until resolved. */
export interface AlertmanagerChannelConfig {
  readonly id: string;
  readonly type: 'alertmanager';
  /** Its base address. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Allows an address in private, loopback and link-local ranges. @default false */
  readonly allowPrivate?: boolean;
}

/** Whoever is on call in a rota, by their own channels. */
export interface OnCallChannelConfig {
  readonly id: string;
  readonly type: 'onCall';
  readonly rota: string;
}

/** Somewhere that messages go. */
export type DirectChannelConfig =
  | SnsChannelConfig
  | PagerDutyChannelConfig
  | ChatChannelConfig
  | TelegramChannelConfig
  | WebhookChannelConfig
  | AlertmanagerChannelConfig;
export type ChannelConfig = DirectChannelConfig | OnCallChannelConfig;
export type ChannelType = DirectChannelConfig['type'];

/** Which incidents go where. Everything that is given must match. */
export interface Route {
  readonly match: {
    readonly severities?: readonly Severity[];
    readonly groups?: readonly string[];
    readonly services?: readonly string[];
    /** One of a monitor's tags suffices. */
    readonly tags?: readonly string[];
    readonly during?: WeeklyHours;
  };
  /** Ids of channels. */
  readonly channels: readonly string[];
  /** Told again this often while triggered; undefined: never. */
  readonly remindEverySeconds?: number;
  /** Who else is told when nobody has acknowledged for so long since it opened; rising. */
  readonly escalate: readonly { readonly afterSeconds: number; readonly to: readonly string[] }[];
  readonly notifyOnResolve: boolean;
  /** After this long an acknowledged incident is triggered again; undefined: never. */
  readonly ackTimeoutSeconds?: number;
}

/** Hours of a week in a zone. `from` after `to` goes over midnight into the next day. */
export interface WeeklyHours {
  /** 1 Monday … 7 Sunday; the day on which `from` lies. */
  readonly days: readonly number[];
  /** Minutes since midnight of the wall clock, 0…1439. */
  readonly fromMinute: number;
  /** 1…1440. */
  readonly toMinute: number;
  /** IANA name. */
  readonly zone: string;
}

/** Who is on call: the members take turns. */
export interface Rota {
  readonly id: string;
  readonly zone: string;
  readonly rotation: 'daily' | 'weekly';
  /** The wall-clock minute of the day at which the turn changes, and for weekly rotas the weekday, 1 Monday … 7 Sunday. */
  readonly handover: { readonly minute: number; readonly weekday: number };
  /** The date in the zone, `YYYY-MM-DD`, on whose handover the first member's first turn begins. */
  readonly from: string;
  /** In the order of their turns. Never empty. */
  readonly members: readonly RotaMember[];
  /** Somebody else for a while; the last that matches counts. Epoch ms, end excluded. */
  readonly overrides: readonly { readonly member: string; readonly fromAt: number; readonly toAt: number }[];
}

export interface RotaMember {
  readonly id: string;
  readonly name: string;
  readonly email?: string;
  /** E.164. */
  readonly phone?: string;
  /** Ids of further channels of theirs. */
  readonly channels: readonly string[];
}

/** When pages are withheld because work is going on. */
export interface MaintenanceWindow {
  readonly id: string;
  readonly reason: string;
  /** Everything that is given must match; nothing given: everything. */
  readonly match: { readonly groups?: readonly string[]; readonly services?: readonly string[] };
  readonly when:
    | { readonly type: 'once'; readonly fromAt: number; readonly toAt: number }
    /** Begins whenever the five-field cron expression matches the wall clock of the zone, and lasts so long. */
    | { readonly type: 'cron'; readonly cron: string; readonly durationSeconds: number; readonly zone: string };
}
