import { withEvent } from './incident.ts';
import {
  type Incident,
  incidentsOf,
  type OutboxEntry,
  type Page,
  type PendingDelivery,
  type ServiceState,
  withIncident,
} from './state.ts';

/** Who is delivering, and until when nobody else should. */
export interface Claim {
  readonly by: string;
  /** Epoch ms. */
  readonly untilAt: number;
}

/**
 * Adds a message to what the state owes the world, once for all its channels. Its writer claims it in the same write, so
 * that the copies of a run do not send it too; a claim that runs out is anybody's.
 * @param channels ids; without any the state stays as it is
 */
export function owe(
  state: ServiceState,
  incidentId: string,
  event: OutboxEntry['event'],
  page: Page,
  channels: readonly string[],
  by: { readonly now: number; readonly claim: Claim },
): ServiceState {
  const incident = incidentsOf(state).find(known => known.id === incidentId);
  if (incident === undefined)
    throw new Error(`${state.service} owes a message of ${incidentId}, which it does not know`);
  if (channels.length === 0) return state;
  const sequence = incident.sequence + 1;
  const entry: OutboxEntry = {
    key: `${incidentId}.${sequence}`,
    incident: incidentId,
    sequence,
    event,
    createdAt: by.now,
    to: [...new Set(channels)].map(channel => ({ channel, attempts: 0 })),
    claim: by.claim,
    page,
  };
  return bounded({ ...withIncident(state, { ...incident, sequence }), outbox: [...state.outbox, entry] }, by.now);
}

/** A channel that is away for hours and a service that flaps meanwhile must not outgrow an item. */
const OWED_AT_MOST = 8;

/**
 * While too much is owed, channels that heard nothing of the oldest incident that is over are not told of it any more:
 * their next message says that there was one. A channel that heard of it is owed its end, whatever happens.
 */
function bounded(state: ServiceState, now: number): ServiceState {
  if (state.outbox.length <= OWED_AT_MOST) return state;
  const [untold] = state.closed.filter(incident => deafChannels(state, incident).length > 0);
  if (untold === undefined) return state;
  const deaf = deafChannels(state, untold);
  const dropped = state.outbox.filter(entry => entry.incident === untold.id);
  const count = 1 + Math.max(...dropped.map(entry => entry.page.untold ?? 0));
  const kept = state.outbox.flatMap(entry => {
    if (entry.incident !== untold.id) return entry;
    const to = entry.to.filter(({ channel }) => !deaf.includes(channel));
    return to.length > 0 ? { ...entry, to } : [];
  });
  const next = kept.findIndex(
    ({ incident, to }) => incident !== untold.id && to.some(({ channel }) => deaf.includes(channel)),
  );
  const outbox = kept.map((entry, index) =>
    index === next ? { ...entry, page: { ...entry.page, untold: (entry.page.untold ?? 0) + count } } : entry,
  );
  const event = { at: now, event: 'superseded' as const, text: `${deaf.join(', ')} took no message meanwhile` };
  return bounded({ ...withIncident(state, withEvent(untold, event)), outbox }, now);
}

/**
 * The channels that are owed messages of this incident and certainly heard nothing of it: all of them stand behind another
 * incident's. The first in line may have been sent by somebody who died before saying so.
 */
function deafChannels(state: ServiceState, incident: Incident): string[] {
  const owed = state.outbox.filter(entry => entry.incident === incident.id);
  const channels = new Set(owed.flatMap(({ to }) => to.map(({ channel }) => channel)));
  return [...channels].filter(channel => {
    const first = state.outbox.find(({ to }) => to.some(delivery => delivery.channel === channel));
    return first?.incident !== incident.id && !incident.heard?.includes(channel);
  });
}

/** Why a message does not go out now. */
export type Waiting = 'claimed by another' | 'behind an earlier message' | 'told to wait';

/** A message of a state's outbox on its way to one channel, and whether it may go out now. */
export interface Planned {
  readonly entry: OutboxEntry;
  readonly delivery: PendingDelivery;
  readonly waiting?: Waiting;
}

/**
 * What may go out now: of a service and channel only the first, when its time has come and nobody else is at it. A channel
 * that is away holds up itself and no other.
 */
export function plan(state: ServiceState, now: number, me: string): readonly Planned[] {
  const ahead = new Set<string>();
  return state.outbox.flatMap(entry =>
    entry.to.map((delivery): Planned => {
      const behind = ahead.has(delivery.channel);
      ahead.add(delivery.channel);
      const waiting = behind ? 'behind an earlier message' : whyWait(entry, delivery, now, me);
      return waiting === undefined ? { entry, delivery } : { entry, delivery, waiting };
    }),
  );
}

function whyWait(entry: OutboxEntry, delivery: PendingDelivery, now: number, me: string): Waiting | undefined {
  if (entry.claim !== undefined && entry.claim.by !== me && entry.claim.untilAt > now) return 'claimed by another';
  return delivery.notBeforeAt !== undefined && delivery.notBeforeAt > now ? 'told to wait' : undefined;
}

/** Whether a channel asked to wait, by any of its messages: it is asked nothing before its time, whichever message it was. */
export function isHeldUp(states: readonly ServiceState[], channel: string, now: number): boolean {
  const deliveries = states.flatMap(({ outbox }) => outbox.flatMap(({ to }) => to));
  return deliveries.some(
    delivery => delivery.channel === channel && !delivery.permanent && (delivery.notBeforeAt ?? 0) > now,
  );
}

/** The messages are about to be sent by this claimant. The same state when they are his already. */
export function claimed(state: ServiceState, keys: readonly string[], claim: Claim, now: number): ServiceState {
  // A claim that is nearly over could run out while the message is on its way.
  const mine = (entry: OutboxEntry) =>
    entry.claim?.by === claim.by && entry.claim.untilAt - now > (claim.untilAt - now) / 2;
  const wanted = state.outbox.filter(entry => keys.includes(entry.key));
  if (wanted.every(mine)) return state;
  return { ...state, outbox: state.outbox.map(entry => (keys.includes(entry.key) ? { ...entry, claim } : entry)) };
}

/**
 * The channel accepted the message: it need not be told again, and the timeline says so. The entry leaves with its last
 * channel. The same state when that is known already.
 */
export function accepted(
  state: ServiceState,
  key: string,
  channel: string,
  receipt: string,
  now: number,
): ServiceState {
  const entry = pending(state, key, channel);
  if (entry === undefined) return state;
  const to = entry.to.filter(delivery => delivery.channel !== channel);
  const trail = heard(
    noted(state, entry, { at: now, event: 'paged', text: `${entry.event} to ${channel}: ${receipt}` }),
    entry,
    channel,
  );
  const outbox = trail.outbox.flatMap(known => (known.key !== key ? known : to.length > 0 ? { ...known, to } : []));
  return { ...trail, outbox };
}

function heard(state: ServiceState, { incident: id }: OutboxEntry, channel: string): ServiceState {
  const incident = incidentsOf(state).find(known => known.id === id);
  if (incident === undefined || incident.heard?.includes(channel)) return state;
  return withIncident(state, { ...incident, heard: [...(incident.heard ?? []), channel] });
}

/** What a channel said when it did not accept. */
export interface Refusal {
  readonly error: string;
  /** The channel's own wish. */
  readonly retryAfterMs?: number;
  /** It will say the same again until somebody mends the configuration. */
  readonly permanent?: boolean;
}

/** What a channel refuses for good is not asked every minute. A passing fault is: whoever comes back is told at once. */
const PERMANENT_PAUSE_MS = 300_000;

/**
 * The channel did not accept it: it stays, the trail says so, and anybody may try again as soon as the channel allows.
 */
export function refused(
  state: ServiceState,
  key: string,
  channel: string,
  refusal: Refusal,
  now: number,
): ServiceState {
  const entry = pending(state, key, channel);
  if (entry === undefined) return state;
  const before = entry.to.find(delivery => delivery.channel === channel);
  const attempts = (before?.attempts ?? 0) + 1;
  const waitMs = Math.max(refusal.permanent ? PERMANENT_PAUSE_MS : 0, refusal.retryAfterMs ?? 0);
  const delivery: PendingDelivery = {
    channel,
    attempts,
    lastError: refusal.error,
    ...(waitMs > 0 && { notBeforeAt: now + waitMs }),
    ...(refusal.permanent && { permanent: true }),
  };
  const text = `${entry.event} to ${channel}: ${refusal.error}; will be tried again`;
  const trail = attempts === 1 ? noted(state, entry, { at: now, event: 'page-failed', text }) : state;
  const to = entry.to.map(known => (known.channel === channel ? delivery : known));
  return { ...trail, outbox: trail.outbox.map(known => (known.key === key ? { ...known, to } : known)) };
}

/** Nobody is at these messages any more: anybody may take them up at once. */
export function released(state: ServiceState, keys: readonly string[], by: string): ServiceState {
  if (!state.outbox.some(entry => keys.includes(entry.key) && entry.claim?.by === by)) return state;
  return {
    ...state,
    outbox: state.outbox.map(({ claim, ...entry }) =>
      claim !== undefined && !(keys.includes(entry.key) && claim.by === by) ? { ...entry, claim } : entry,
    ),
  };
}

/** Messages to channels that are configured no more are owed to nobody. The same state when there are none. */
export function withoutChannels(state: ServiceState, exists: (channel: string) => boolean, now: number): ServiceState {
  const known = withoutDeaf(state, exists, now);
  if (known.outbox.every(entry => entry.to.every(({ channel }) => exists(channel)))) return known;
  const outbox = known.outbox
    .map(entry => ({ ...entry, to: entry.to.filter(({ channel }) => exists(channel)) }))
    .filter(entry => entry.to.length > 0);
  return { ...known, outbox };
}

/** An open incident that only channels know of which are no more has to be told anew. */
function withoutDeaf(state: ServiceState, exists: (channel: string) => boolean, now: number): ServiceState {
  const { incident } = state;
  if (incident?.told === undefined || incident.told.channels.every(exists)) return state;
  const channels = incident.told.channels.filter(exists);
  const gone = incident.told.channels.filter(channel => !exists(channel)).join(', ');
  const { told, ...untold } = withEvent(incident, {
    at: now,
    event: 'superseded',
    text: `${gone} is configured no more`,
  });
  return withIncident(state, channels.length > 0 ? { ...untold, told: { ...incident.told, channels } } : untold);
}

function pending(state: ServiceState, key: string, channel: string): OutboxEntry | undefined {
  return state.outbox.find(entry => entry.key === key && entry.to.some(delivery => delivery.channel === channel));
}

/** The closed incidents that owe nothing any more, also not the word of their end, and can go on record. */
export function recordable(state: ServiceState): readonly Incident[] {
  return state.closed
    .filter(({ told }) => told === undefined || told.resolved)
    .filter(incident => !state.outbox.some(entry => entry.incident === incident.id));
}

/** The incident is on record: the state need not keep it. The same state when it does not. */
export function recorded(state: ServiceState, incidentId: string): ServiceState {
  if (!state.closed.some(incident => incident.id === incidentId)) return state;
  return { ...state, closed: state.closed.filter(incident => incident.id !== incidentId) };
}

function noted(state: ServiceState, entry: OutboxEntry, event: Parameters<typeof withEvent>[1]): ServiceState {
  const incident = incidentsOf(state).find(known => known.id === entry.incident);
  return incident === undefined ? state : withIncident(state, withEvent(incident, event));
}
