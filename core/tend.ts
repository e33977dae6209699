import type { Route } from './config/paging.ts';
import { fingerprint } from './hash.ts';
import { withEvent } from './incident.ts';
import { type Claim, owe } from './outbox.ts';
import { type PageContext, pageOf } from './page.ts';
import { isWorse } from './severity.ts';
import { type Incident, type MessageEvent, type ServiceState, withIncident } from './state.ts';

/**
 * What people are told: level-triggered, from what an incident is and what they were told of it. A message that was
 * withheld for a reason leaves as soon as the reason is gone and it is still true.
 */

/** The decisions that configuration and people make about the messages of an incident. */
export interface Policy {
  /** The route that an incident takes now. */
  route(incident: Incident): Route;
  /** Channels that take messages, of ids of which some may stand for whoever is on call now. */
  direct(channels: readonly string[]): readonly string[];
  /** Why nobody is told of it now: a silence, maintenance, a dependency; undefined when nothing withholds. */
  withheld(incident: Incident): string | undefined;
  /** Whether a channel keeps incidents of its own, which must be closed there as well. */
  keepsIncidents(channel: string): boolean;
  /** Whether a channel is told that somebody acknowledged. */
  hearsAcknowledgements(channel: string): boolean;
}

export interface TendInput extends PageContext {
  readonly policy: Policy;
  /** Epoch ms. */
  readonly now: number;
  readonly claim: Claim;
  /** How long a second of the configuration lasts: 1000, or less where the minute of the schedule is shorter. */
  readonly secondMs: number;
}

/** A flapping service is told of once, and then at most this often. */
const FLAP_NOTICE_SECONDS = 1800;

/** The state with what it owes by now; the same object when it owes nothing new. */
export function tend(input: TendInput): ServiceState {
  const { state } = input;
  const settled = state.closed.reduce((known, incident) => tellEnd({ ...input, state: known }, incident), state);
  if (settled.incident === undefined) return settled;
  const next = { ...input, state: settled };
  return settled.incident.told === undefined
    ? tellFirst(next, settled.incident)
    : tellMore(next, settled.incident, settled.incident.told);
}

/** Nobody knows of the incident yet: tell, or note why not. */
function tellFirst(input: TendInput, incident: Incident): ServiceState {
  const { state, policy, now, secondMs } = input;
  const flapping = incident.alerts.every(alert => alert.trouble === 'flapping');
  const quiet = flapping && now - (state.flapToldAt ?? Number.NEGATIVE_INFINITY) < FLAP_NOTICE_SECONDS * secondMs;
  const withheld = policy.withheld(incident) ?? (quiet ? 'it flaps, and people were told a while ago' : undefined);
  if (withheld !== undefined) return withhold(state, incident, withheld, now);
  const route = policy.route(incident);
  const channels = policy.direct(route.channels);
  if (channels.length === 0) return withhold(state, incident, 'no channel takes messages', now);
  const told = {
    fromAt: now,
    lastAt: now,
    severity: incident.severity,
    channels,
    escalations: 0,
    ladder: ladderOf(route),
    flapping,
    acknowledged: false,
    resolved: false,
  };
  const { withheld: _, ...open } = incident;
  const known = withIncident({ ...state, ...(flapping && { flapToldAt: now }) }, { ...open, told });
  return send({ ...input, state: known }, incident.id, flapping ? 'flapping' : 'opened', channels);
}

type Told = NonNullable<Incident['told']>;

/** People know of it: what became worse, who has not reacted, who must be reminded. One message at a time. */
function tellMore(input: TendInput, before: Incident, told: Told): ServiceState {
  const { policy, now } = input;
  const expired = expireAcknowledgement(before, policy.route(before), input);
  const state = expired === before ? input.state : withIncident(input.state, expired);
  const incident = expired;
  const withheld = policy.withheld(incident);
  if (withheld !== undefined) return withhold(state, incident, withheld, now);
  const current = onThisRoute(incident.told ?? told, policy.route(incident), now);
  const next = { ...input, state: unwithheld(state, incident) };
  if (isWorse(incident.severity, current.severity)) return raise(next, incident, current);
  if (isFlappingNews(next, incident, current)) return tellFlapping(next, incident, current);
  if (incident.acknowledged !== undefined) return tellAcknowledged(next, incident, current);
  if (hasSettledBad(next, incident, current)) return tellSettled(next, incident, current);
  if (incident.withheld !== undefined) return remind(next, incident, { ...current, fromAt: now });
  return escalateOrRemind(next, incident, current);
}

/** Another route, or another hour of the day, begins with its own first step. */
function onThisRoute(told: Told, route: Route, now: number): Told {
  const ladder = ladderOf(route);
  return ladder === told.ladder ? told : { ...told, ladder, escalations: 0, fromAt: now };
}

function ladderOf({ escalate }: Route): string {
  return fingerprint(JSON.stringify(escalate));
}

function raise(input: TendInput, incident: Incident, told: Told): ServiceState {
  const { policy, now } = input;
  const raising = incident.alerts.filter(alert => alert.severity === incident.severity);
  const channels = union(told.channels, policy.direct(policy.route(incident).channels));
  const state = retold(input.state, incident, { ...told, lastAt: now, severity: incident.severity, channels });
  return send({ ...input, state }, incident.id, 'raised', channels, raising);
}

function isFlappingNews({ state, now, secondMs }: TendInput, incident: Incident, told: Told): boolean {
  const flapping = incident.alerts.some(alert => state.monitors[alert.monitor]?.flapping);
  return (
    flapping && !told.flapping && now - (state.flapToldAt ?? Number.NEGATIVE_INFINITY) >= FLAP_NOTICE_SECONDS * secondMs
  );
}

/** It flapped, people were told so, and now it just stays bad: they are told that it still is. */
function hasSettledBad({ state }: TendInput, incident: Incident, told: Told): boolean {
  return (
    told.flapping &&
    incident.alerts.some(({ trouble }) => trouble !== 'flapping') &&
    !incident.alerts.some(({ monitor }) => state.monitors[monitor]?.flapping)
  );
}

function tellSettled(input: TendInput, incident: Incident, told: Told): ServiceState {
  const state = retold(input.state, incident, { ...told, lastAt: input.now, flapping: false });
  return send({ ...input, state }, incident.id, 'reminded', told.channels);
}

function tellFlapping(input: TendInput, incident: Incident, told: Told): ServiceState {
  const { now } = input;
  const noted = withEvent(incident, {
    at: now,
    event: 'flapping',
    text: 'it goes up and down; quiet until it settles',
  });
  const state = retold({ ...input.state, flapToldAt: now }, noted, { ...told, lastAt: now, flapping: true });
  return send({ ...input, state }, incident.id, 'flapping', told.channels);
}

/** Once, to those whom it does not wake: somebody cares. */
function tellAcknowledged(input: TendInput, incident: Incident, told: Told): ServiceState {
  if (told.acknowledged) return input.state;
  const state = retold(input.state, incident, { ...told, acknowledged: true });
  const channels = told.channels.filter(channel => input.policy.hearsAcknowledgements(channel));
  return send({ ...input, state }, incident.id, 'acknowledged', channels);
}

/** Further people when nobody reacts, step by step; then a reminder to everybody who knows. */
function escalateOrRemind(input: TendInput, incident: Incident, told: Told): ServiceState {
  const { policy, now, secondMs } = input;
  const { escalate, remindEverySeconds } = policy.route(incident);
  const step = escalate[told.escalations];
  if (step !== undefined && now - told.fromAt >= step.afterSeconds * secondMs) {
    const to = policy.direct(step.to);
    const noted = withEvent(incident, {
      at: now,
      event: 'escalated',
      text: `to ${to.join(', ')}: nobody has acknowledged`,
    });
    const channels = union(told.channels, to);
    const state = retold(input.state, noted, { ...told, lastAt: now, channels, escalations: told.escalations + 1 });
    return send({ ...input, state }, incident.id, 'escalated', to);
  }
  if (remindEverySeconds === undefined || now - told.lastAt < remindEverySeconds * secondMs) {
    return told === incident.told ? input.state : retold(input.state, incident, told);
  }
  return remind(input, incident, told);
}

/** Everybody who knows, and whoever is on call by now. Who has not even got the last message needs no reminder of it. */
function remind(input: TendInput, incident: Incident, told: Told): ServiceState {
  const { policy, now } = input;
  const everybody = union(told.channels, policy.direct(policy.route(incident).channels));
  const channels = everybody.filter(channel => !isOwed(input.state, channel));
  if (channels.length === 0) return input.state;
  const noted = withEvent(incident, { at: now, event: 'reminded', text: channels.join(', ') });
  const state = retold(input.state, noted, { ...told, lastAt: now, channels: everybody });
  return send({ ...input, state }, incident.id, 'reminded', channels);
}

function isOwed({ outbox }: ServiceState, channel: string): boolean {
  return outbox.some(({ to }) => to.some(delivery => delivery.channel === channel));
}

/** An acknowledgement that ran out starts reminding and escalating again. */
function expireAcknowledgement(
  incident: Incident,
  { ackTimeoutSeconds }: Route,
  { now, secondMs }: TendInput,
): Incident {
  const { acknowledged, told, ...rest } = incident;
  if (acknowledged === undefined || ackTimeoutSeconds === undefined || told === undefined) return incident;
  if (now - acknowledged.at < ackTimeoutSeconds * secondMs) return incident;
  const again: Incident = { ...rest, told: { ...told, fromAt: now, lastAt: now, escalations: 0, acknowledged: false } };
  return withEvent(again, { at: now, event: 'acknowledgement-expired', text: `of ${acknowledged.by}` });
}

/** An incident that people were told of is over, or one that nobody needs to hear of any more. */
function tellEnd(input: TendInput, incident: Incident): ServiceState {
  const { told } = incident;
  if (told === undefined || told.resolved) return input.state;
  const { notifyOnResolve } = input.policy.route(incident);
  const channels = told.channels.filter(channel => notifyOnResolve || input.policy.keepsIncidents(channel));
  const state = withIncident(input.state, { ...incident, told: { ...told, resolved: true } });
  return send({ ...input, state }, incident.id, 'resolved', channels);
}

function withhold(state: ServiceState, incident: Incident, reason: string, now: number): ServiceState {
  if (incident.withheld === reason) return state.incident === incident ? state : withIncident(state, incident);
  return withIncident(
    state,
    withEvent({ ...incident, withheld: reason }, { at: now, event: 'withheld', text: reason }),
  );
}

function unwithheld(state: ServiceState, incident: Incident): ServiceState {
  if (incident.withheld === undefined) return state;
  const { withheld: _, ...open } = incident;
  return withIncident(state, open);
}

function retold(state: ServiceState, incident: Incident, told: Told): ServiceState {
  const { withheld: _, ...open } = incident;
  return withIncident(state, { ...open, told });
}

function send(
  input: TendInput,
  id: string,
  event: MessageEvent,
  channels: readonly string[],
  first: Incident['alerts'] = [],
): ServiceState {
  const incident = [input.state.incident, ...input.state.closed].find(known => known?.id === id);
  if (incident === undefined) return input.state;
  return owe(input.state, id, event, pageOf(input, incident, first), channels, input);
}

function union(these: readonly string[], those: readonly string[]): readonly string[] {
  return [...new Set([...these, ...those])];
}
