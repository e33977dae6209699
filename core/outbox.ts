import { withEvent } from './incident.ts';
import { type Incident, incidentsOf, type OutboxEntry, type Page, type ServiceState, withIncident } from './state.ts';

/** Who is delivering, and until when nobody else should. */
export interface Claim {
  readonly by: string;
  /** Epoch ms. */
  readonly untilAt: number;
}

/**
 * Adds a message to what the state owes the world. Its writer claims it in the same write, so that the copies of a run
 * do not send it too; a claim that runs out is anybody's.
 */
export function owe(
  state: ServiceState,
  incidentId: string,
  event: OutboxEntry['event'],
  page: Page,
  by: { readonly now: number; readonly claim: Claim },
): ServiceState {
  const incident = incidentsOf(state).find(known => known.id === incidentId);
  if (incident === undefined)
    throw new Error(`${state.service} owes a message of ${incidentId}, which it does not know`);
  const sequence = incident.sequence + 1;
  const entry: OutboxEntry = {
    key: `${incidentId}.${sequence}`,
    incident: incidentId,
    sequence,
    event,
    createdAt: by.now,
    attempts: 0,
    claim: by.claim,
    page,
  };
  return bounded({ ...withIncident(state, { ...incident, sequence }), outbox: [...state.outbox, entry] }, by.now);
}

/** A channel that is away for hours and a service that flaps meanwhile must not outgrow an item. */
const OWED_AT_MOST = 8;

/**
 * While too much is owed, the oldest incident that is over, and of which nobody was told anything, is not told any more:
 * the newest message says that there was one. Its record stays.
 */
function bounded(state: ServiceState, now: number): ServiceState {
  if (state.outbox.length <= OWED_AT_MOST) return state;
  const untold = state.closed.find(incident => {
    const owed = state.outbox.filter(entry => entry.incident === incident.id);
    const idle = owed.every(entry => entry.claim === undefined || entry.claim.untilAt <= now);
    return owed.length > 0 && owed.length === incident.sequence && idle;
  });
  if (untold === undefined) return state;
  const dropped = state.outbox.filter(entry => entry.incident === untold.id);
  const count = 1 + dropped.reduce((sum, entry) => sum + (entry.page.untold ?? 0), 0);
  const event = { at: now, event: 'superseded' as const, text: 'nobody was told: no message was accepted meanwhile' };
  const kept = state.outbox.filter(entry => entry.incident !== untold.id);
  const outbox = kept.map((entry, index) =>
    index === 0 ? { ...entry, page: { ...entry.page, untold: (entry.page.untold ?? 0) + count } } : entry,
  );
  return bounded({ ...withIncident(state, withEvent(untold, event)), outbox }, now);
}

/** Why a message does not go out now. */
export type Waiting = 'claimed by another' | 'behind an earlier message';

/** A message of a state's outbox, and whether it may go out now. */
export interface Planned {
  readonly entry: OutboxEntry;
  readonly waiting?: Waiting;
}

/** Which messages may go out now: of a service only the first, and only if nobody else is delivering it. */
export function plan(state: ServiceState, now: number, me: string): readonly Planned[] {
  return state.outbox.map((entry, index) => {
    if (index > 0) return { entry, waiting: 'behind an earlier message' };
    const taken = entry.claim !== undefined && entry.claim.by !== me && entry.claim.untilAt > now;
    return taken ? { entry, waiting: 'claimed by another' } : { entry };
  });
}

/** The message is about to be sent by this claimant. The same state when it is already. */
export function claimed(state: ServiceState, key: string, claim: Claim, now: number): ServiceState {
  const entry = state.outbox.find(known => known.key === key);
  if (entry?.claim?.by === claim.by && entry.claim.untilAt > now) return state;
  return withEntry(state, key, known => ({ ...known, claim }));
}

/** The channel accepted the message: it leaves the outbox and enters the timeline. The same state when it is gone. */
export function accepted(state: ServiceState, key: string, receipt: string, now: number): ServiceState {
  const entry = state.outbox.find(known => known.key === key);
  if (entry === undefined) return state;
  const trail = noted(state, entry, { at: now, event: 'paged', text: `${entry.event}: accepted, ${receipt}` });
  return { ...trail, outbox: trail.outbox.filter(known => known.key !== key) };
}

/** The channel did not accept it: it stays, and the trail says so. Anybody may try again at once. */
export function refused(state: ServiceState, key: string, error: string, now: number): ServiceState {
  const entry = state.outbox.find(known => known.key === key);
  if (entry === undefined) return state;
  const first = entry.attempts === 0;
  const trail = first
    ? noted(state, entry, { at: now, event: 'page-failed', text: `${entry.event}: ${error}; will be tried again` })
    : state;
  return withEntry(trail, key, ({ claim: _, ...known }) => ({
    ...known,
    attempts: known.attempts + 1,
    lastError: error,
  }));
}

/** The closed incidents that owe nothing any more and can go on record. */
export function recordable(state: ServiceState): readonly Incident[] {
  return state.closed.filter(incident => !state.outbox.some(entry => entry.incident === incident.id));
}

/** The incident is on record: the state need not keep it. The same state when it does not. */
export function recorded(state: ServiceState, incidentId: string): ServiceState {
  if (!state.closed.some(incident => incident.id === incidentId)) return state;
  return { ...state, closed: state.closed.filter(incident => incident.id !== incidentId) };
}

function withEntry(state: ServiceState, key: string, change: (entry: OutboxEntry) => OutboxEntry): ServiceState {
  return { ...state, outbox: state.outbox.map(entry => (entry.key === key ? change(entry) : entry)) };
}

function noted(state: ServiceState, entry: OutboxEntry, event: Parameters<typeof withEvent>[1]): ServiceState {
  const incident = incidentsOf(state).find(known => known.id === entry.incident);
  return incident === undefined ? state : withIncident(state, withEvent(incident, event));
}
