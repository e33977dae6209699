import * as z from 'zod/mini';
import { MONITOR_KINDS, SEVERITIES } from './config/model.ts';

/**
 * The state of a service: one item, written only when something changes, and whole. It carries its outbox, so that one
 * conditional write makes both the change and the duty to page true, or neither.
 */

/** Why a monitor has an alert: it is down, cannot be looked at, or goes up and down. */
export const TROUBLES = ['down', 'unknown', 'flapping'] as const;
export type Trouble = (typeof TROUBLES)[number];

/** What people are told of an incident. */
export const MESSAGE_EVENTS = [
  'opened',
  'raised',
  'reminded',
  'escalated',
  'acknowledged',
  'flapping',
  'resolved',
] as const;
export type MessageEvent = (typeof MESSAGE_EVENTS)[number];

const severity = z.enum(SEVERITIES);
const status = z.enum(['up', 'degraded', 'down', 'unknown']);

const monitorState = z.object({
  /** Confirmed by the thresholds. `unknown` until the first success or the threshold of failures. */
  status,
  /** The slot since which the status holds: of a down monitor its first failure, of a recovered one its first success. */
  sinceAt: z.number(),
  /** The last verdicts, oldest first, a letter each: u(p), g (degraded), d(own), ? (unknown). At most `REMEMBERED_VERDICTS`. */
  recent: z.string(),
  /** The slot at which the verdicts last turned between good (up, degraded) and bad (down, unknown). */
  turnedAt: z.number(),
  /** It changes between down and not down too often; see `flapping.ts`. */
  flapping: z.optional(z.boolean()),
  /** The last slot that was judged and changed something. */
  lastSlotAt: z.number(),
});

const alert = z.object({
  monitor: z.string(),
  name: z.string(),
  trouble: z.enum(TROUBLES),
  severity,
  /** The slot of the first failure. */
  sinceAt: z.number(),
  reasons: z.readonly(z.array(z.string())),
});

const timelineEvent = z.object({
  /** Epoch ms. */
  at: z.number(),
  event: z.enum([
    'opened',
    'alert-joined',
    'alert-left',
    'severity-raised',
    'flapping',
    'withheld',
    'reminded',
    'escalated',
    'acknowledged',
    'acknowledgement-expired',
    'commented',
    'resolved',
    'paged',
    'page-failed',
    'superseded',
  ]),
  text: z.string(),
});

const incident = z.object({
  /** Service and opening slot: a replay names the same incident. */
  id: z.string(),
  service: z.string(),
  name: z.string(),
  group: z.optional(z.string()),
  severity,
  openedAt: z.number(),
  /** When trouble began: the earliest first failure of its alerts. */
  sinceAt: z.number(),
  resolvedAt: z.optional(z.number()),
  /** How a resolved incident ended: its last alerts, when trouble ended, and why when not by recovery. */
  ending: z.optional(
    z.object({
      alerts: z.readonly(z.array(alert)),
      backAt: z.number(),
      because: z.optional(z.string()),
    }),
  ),
  /** The alerts that are open; of a resolved incident none. */
  alerts: z.readonly(z.array(alert)),
  timeline: z.readonly(z.array(timelineEvent)),
  /** Events left out of the middle of the timeline to bound it. */
  omitted: z.number(),
  /** The sequence of the last message that this incident owed. */
  sequence: z.number(),
  /** The channels that accepted a message of it. */
  heard: z.optional(z.readonly(z.array(z.string()))),
  /** Somebody cares for it: no reminders, no escalation. */
  acknowledged: z.optional(z.object({ at: z.number(), by: z.string() })),
  /** Why nobody is told at the moment; the state is never hidden. */
  withheld: z.optional(z.string()),
  /** What people have been told, or are owed. */
  told: z.optional(
    z.object({
      /** When reminders and escalation count from: the first telling, or when an acknowledgement ran out. */
      fromAt: z.number(),
      lastAt: z.number(),
      severity,
      channels: z.readonly(z.array(z.string())),
      /** How many steps of escalation are done. */
      escalations: z.number(),
      /** Names the steps that are counted: another route begins with its first. */
      ladder: z.string(),
      flapping: z.boolean(),
      acknowledged: z.boolean(),
      resolved: z.boolean(),
    }),
  ),
});

const pageAlert = z.object({
  monitor: z.string(),
  name: z.string(),
  kind: z.optional(z.enum(MONITOR_KINDS)),
  target: z.optional(z.string()),
  trouble: z.enum(TROUBLES),
  sinceAt: z.number(),
  reasons: z.readonly(z.array(z.string())),
  /** The last verdicts as `MonitorState.recent` holds them. */
  recent: z.string(),
  /** The last results, newest first. */
  results: z.readonly(
    z.array(
      z.object({
        slotAt: z.number(),
        verdict: status,
        latencyMs: z.optional(z.number()),
        reason: z.optional(z.string()),
      }),
    ),
  ),
});

/** What a message is made of: a snapshot, so that a repeat renders to the same words. */
const page = z.object({
  service: z.object({
    id: z.string(),
    name: z.string(),
    group: z.optional(z.string()),
    runbook: z.optional(z.string()),
  }),
  severity,
  openedAt: z.number(),
  /** When trouble began: the first failure of the incident. */
  sinceAt: z.number(),
  /** Earlier incidents of the service that came and went while no message was accepted. */
  untold: z.optional(z.number()),
  resolvedAt: z.optional(z.number()),
  /** When trouble ended: the first success of the monitor that came back last. */
  backAt: z.optional(z.number()),
  /** Why it resolved, when not by recovery. */
  resolvedBecause: z.optional(z.string()),
  /** Who acknowledged it. */
  acknowledgedBy: z.optional(z.string()),
  alerts: z.readonly(z.array(pageAlert)),
  /** Alerts beyond those listed. */
  moreAlerts: z.number(),
});

const outboxEntry = z.object({
  /** The dedup key of this message: incident and sequence. The same on every repeat. */
  key: z.string(),
  incident: z.string(),
  sequence: z.number(),
  event: z.enum(MESSAGE_EVENTS),
  createdAt: z.number(),
  /** The channels that have not accepted it yet. Never empty: an entry leaves with its last channel. */
  to: z.readonly(
    z.array(
      z.object({
        channel: z.string(),
        /** How many times delivery was tried and not accepted. */
        attempts: z.number(),
        lastError: z.optional(z.string()),
        /** Not to be tried before, epoch ms: the channel asked for it, or it keeps failing. */
        notBeforeAt: z.optional(z.number()),
        /** The channel will refuse it again until somebody mends something. */
        permanent: z.optional(z.boolean()),
      }),
    ),
  ),
  /** Who is delivering it, and until when nobody else should. */
  claim: z.optional(z.object({ by: z.string(), untilAt: z.number() })),
  page,
});

const serviceState = z.object({
  service: z.string(),
  /** Counts the writes of this item; 0 before the first. */
  version: z.number(),
  monitors: z.readonly(z.record(z.string(), monitorState)),
  /** Runs up to this slot are settled, also for monitors that were taken out of the service then. */
  settledAt: z.optional(z.number()),
  /** Monitors whose alert somebody resolved by hand; they open none before they were well. */
  dismissed: z.optional(z.readonly(z.array(z.string()))),
  /** When people were last told that the service flaps. */
  flapToldAt: z.optional(z.number()),
  incident: z.optional(incident),
  /** Resolved incidents whose messages are not all accepted or whose record is not yet written. */
  closed: z.readonly(z.array(incident)),
  outbox: z.readonly(z.array(outboxEntry)),
});

export type MonitorState = Readonly<z.infer<typeof monitorState>>;
export type Alert = Readonly<z.infer<typeof alert>>;
export type TimelineEvent = Readonly<z.infer<typeof timelineEvent>>;
export type Incident = Readonly<z.infer<typeof incident>>;
export type Page = Readonly<z.infer<typeof page>>;
export type PageAlert = Readonly<z.infer<typeof pageAlert>>;
export type OutboxEntry = Readonly<z.infer<typeof outboxEntry>>;
export type PendingDelivery = OutboxEntry['to'][number];
export type ServiceState = Readonly<z.infer<typeof serviceState>>;

/** As many verdicts as Nagios looks back on, and more than any threshold. */
export const REMEMBERED_VERDICTS = 21;

/** A stored item is not what this version of Tocsin writes. */
export class StateError extends Error {
  override readonly name = 'StateError';
}

/** @throws StateError naming the field, when the item was not written by a state of this shape. */
export function toState(item: unknown): ServiceState {
  return parseAs(serviceState, item, 'state');
}

/** @throws StateError as `toState`. */
export function toIncident(item: unknown): Incident {
  return parseAs(incident, item, 'incident');
}

function parseAs<Shape extends z.ZodMiniType>(shape: Shape, item: unknown, what: string): z.infer<Shape> {
  const parsed = z.safeParse(shape, item);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new StateError(`a stored ${what} does not parse at ${issue?.path.join('.') || 'its root'}: ${issue?.message}`);
}

/** The state of a service that was never seen. */
export function emptyState(service: string): ServiceState {
  return { service, version: 0, monitors: {}, closed: [], outbox: [] };
}

/** All incidents that this state still knows: the open one and those on their way into the record. */
export function incidentsOf(state: ServiceState): readonly Incident[] {
  return state.incident === undefined ? state.closed : [state.incident, ...state.closed];
}

/** The same state with one of its incidents, open or closed, replaced. */
export function withIncident(state: ServiceState, changed: Incident): ServiceState {
  if (state.incident?.id === changed.id) return { ...state, incident: changed };
  return { ...state, closed: state.closed.map(known => (known.id === changed.id ? changed : known)) };
}
