import { type Batch, batches, type Ready } from '../core/batch.ts';
import type { Links, Outgoing } from '../core/message/outgoing.ts';
import { accepted, claimed, isHeldUp, plan, recordable, recorded, refused, released } from '../core/outbox.ts';
import type { OutboxEntry, ServiceState } from '../core/state.ts';
import type { Channel, Clock, Receipt, Store } from './ports.ts';
import { type Shelf, stateShelf } from './state-shelf.ts';

export interface DeliverPorts {
  readonly store: Store;
  /** By their ids. */
  readonly channels: ReadonlyMap<string, Channel>;
  readonly clock: Clock;
  readonly pause: (ms: number) => Promise<void>;
  /** The addresses in messages; asked for when there is something to send. */
  readonly links: () => Promise<Links>;
}

/** What became of one message to one channel in this run. */
export interface Delivery {
  readonly key: string;
  readonly channel: string;
  readonly outcome:
    | 'accepted'
    | 'refused'
    | 'claimed by another'
    | 'behind an earlier message'
    | 'told to wait'
    | 'left for the next run';
  readonly detail?: string;
}

export interface Delivered {
  readonly deliveries: readonly Delivery[];
  /** Of services whose state could not be read or written. */
  readonly errors: readonly Error[];
}

/** Who delivers, for how long, and how many shards do so at the same time. */
export interface DeliverRequest {
  readonly shard: number;
  readonly shards: number;
  readonly slotAt: number;
  readonly runEverySeconds: number;
  readonly runner: string;
  /** Epoch ms. */
  readonly endsAt: number;
}

/** Longer than one send may take: after that a silent claimant is taken for dead. */
const CLAIM_MS = 30_000;

/** Time that one more message may take, the retries of a client included. */
const SEND_MS = 10_000;

/** After as many refusals in a row the channel is taken to be away; the next run tries again. */
const REFUSALS = 3;

/** As many rounds as a service owes messages in a row; the next run takes up the rest. */
const ROUNDS = 8;

/**
 * Delivers what the stored states owe, each channel by itself: one that is away or slow holds up no other. Intent, act,
 * record: claims are stored, the message is sent, and that it was accepted is stored. A crash in between repeats the
 * message with the same key, and loses none. One service that cannot be delivered keeps no other from it.
 */
export async function deliver(
  ports: DeliverPorts,
  request: DeliverRequest,
  states: readonly ServiceState[],
): Promise<Delivered> {
  const shelf = stateShelf(ports.store, request.shard, states);
  const wanted = new Set(states.flatMap(({ outbox }) => outbox.flatMap(({ to }) => to.map(({ channel }) => channel))));
  const perChannel = await Promise.all([...wanted].map(channel => serve(ports, request, shelf, channel)));
  await Promise.all(shelf.all().map(state => putOnRecord(ports.store, shelf, state)));
  return { deliveries: perChannel.flat(), errors: shelf.errors() };
}

/** Sends one channel what it is owed, round by round: the second message of a service goes out when the first is accepted. */
async function serve(ports: DeliverPorts, request: DeliverRequest, shelf: Shelf, id: string): Promise<Delivery[]> {
  const channel = ports.channels.get(id);
  if (channel === undefined) return [];
  const deliveries: Delivery[] = [];
  // Whatever becomes of the record, nothing is sent twice by one run.
  const tried = new Set<string>();
  const budget: Budget = { batches: batchesARun(channel, request), refusals: 0, sent: 0 };
  for (let round = 0; round < ROUNDS && !isHeldUp(shelf.all(), id, ports.clock()); round++) {
    const ready = readyFor(ports, request, shelf, id).filter(({ entry }) => !tried.has(entry.key));
    const parcels = batches(ready, { groups: channel.groups, most: budget.batches });
    const sent: Delivery[] = [];
    for (const batch of parcels) sent.push(...(await sendBatch(ports, request, shelf, id, batch, budget)));
    deliveries.push(...sent);
    for (const { key } of sent) tried.add(key);
    if (!sent.some(({ outcome }) => outcome === 'accepted')) break;
  }
  return [...deliveries, ...waitingFor(ports, request, shelf, id, deliveries)];
}

/** What one run may still send to a channel. */
interface Budget {
  batches: number;
  refusals: number;
  sent: number;
}

/** What goes out by e-mail and SMS: SNS deactivates an address above ten a second, and a person reads no flood. */
const PEOPLE_A_MINUTE = 5;
const PEOPLE_GAP_MS = 500;
/** Others take about two a second: PagerDuty 120 a minute a key. */
const MACHINES_A_MINUTE = 100;
const MACHINES_GAP_MS = 50;

/**
 * A channel's minute is shared by all shards. When there are more of them than messages, they take turns, so that the sum
 * stays below the limit without anybody counting it.
 */
function batchesARun(channel: Channel, { shard, shards, slotAt, runEverySeconds }: DeliverRequest): number {
  const aMinute = channel.groups ? PEOPLE_A_MINUTE : MACHINES_A_MINUTE;
  if (shards <= aMinute) return Math.floor(aMinute / shards);
  const turns = Math.ceil(shards / aMinute);
  const minute = Math.round(slotAt / (runEverySeconds * 1000));
  return minute % turns === shard % turns ? 1 : 0;
}

function gapMs(channel: Channel, { shards }: DeliverRequest): number {
  return (channel.groups ? PEOPLE_GAP_MS : MACHINES_GAP_MS) * Math.min(shards, PEOPLE_A_MINUTE);
}

/** Shards that begin in the same second begin one after the other. */
function firstGapMs(channel: Channel, { shard }: DeliverRequest): number {
  return channel.groups ? PEOPLE_GAP_MS * (shard % PEOPLE_A_MINUTE) : 0;
}

function readyFor(ports: DeliverPorts, { runner }: DeliverRequest, shelf: Shelf, id: string): Ready[] {
  return shelf.all().flatMap(state =>
    plan(state, ports.clock(), runner)
      .filter(({ delivery, waiting }) => delivery.channel === id && waiting === undefined)
      .map(({ entry, delivery: { attempts, permanent } }) => ({
        service: state.service,
        entry,
        attempts,
        ...(permanent && { permanent }),
      })),
  );
}

/** What this channel is owed and did not get in this run, and why. */
function waitingFor(
  ports: DeliverPorts,
  { runner }: DeliverRequest,
  shelf: Shelf,
  id: string,
  known: readonly Delivery[],
): Delivery[] {
  const told = new Set(known.map(({ key }) => key));
  return shelf.all().flatMap(state =>
    plan(state, ports.clock(), runner)
      .filter(({ entry, delivery }) => delivery.channel === id && !told.has(entry.key))
      .map(({ entry, waiting }) => ({ key: entry.key, channel: id, outcome: waiting ?? 'left for the next run' })),
  );
}

async function sendBatch(
  ports: DeliverPorts,
  request: DeliverRequest,
  shelf: Shelf,
  id: string,
  batch: Batch,
  budget: Budget,
): Promise<Delivery[]> {
  const channel = ports.channels.get(id);
  const late = ports.clock() + SEND_MS > request.endsAt;
  if (channel === undefined || late || budget.batches === 0 || budget.refusals >= REFUSALS) return [];
  await ports.pause(budget.sent > 0 ? gapMs(channel, request) : firstGapMs(channel, request));
  const held = await claimAll(ports, request, shelf, batch);
  const [first, ...rest] = held;
  if (first === undefined) return [];
  budget.batches -= 1;
  budget.sent += 1;
  const entries: Outgoing['entries'] = [first.entry, ...rest.map(({ entry }) => entry)];
  const receipt = await channel.send({ entries, links: await ports.links() });
  budget.refusals = receipt.accepted ? 0 : budget.refusals + 1;
  await Promise.all(held.map(ready => remember(ports, shelf, ready, id, receipt)));
  return held.map(({ entry }) => ({
    key: entry.key,
    channel: id,
    ...(receipt.accepted
      ? { outcome: 'accepted' as const, detail: receipt.text }
      : { outcome: 'refused' as const, detail: receipt.error }),
  }));
}

/** Claims every message of the batch; those that somebody else got hold of stay out of it. */
async function claimAll(ports: DeliverPorts, { runner }: DeliverRequest, shelf: Shelf, batch: Batch): Promise<Ready[]> {
  const claims = await Promise.all(
    batch.map(async ready => {
      const now = ports.clock();
      const claim = { by: runner, untilAt: now + CLAIM_MS };
      const state = await shelf.change(ready.service, known => {
        const entry = known.outbox.find(({ key }) => key === ready.entry.key);
        const taken = entry?.claim !== undefined && entry.claim.by !== runner && entry.claim.untilAt > now;
        return entry === undefined || taken ? known : claimed(known, [entry.key], claim, now);
      });
      const entry = state?.outbox.find(({ key }) => key === ready.entry.key);
      return entry?.claim?.by === runner ? [{ ...ready, entry }] : [];
    }),
  );
  return claims.flat();
}

/** Stores what the channel said, on top of whatever others stored meanwhile. */
async function remember(ports: DeliverPorts, shelf: Shelf, ready: Ready, id: string, receipt: Receipt): Promise<void> {
  const { key } = ready.entry;
  await shelf.change(ready.service, state => {
    const now = ports.clock();
    if (receipt.accepted) return accepted(state, key, id, receipt.text, now);
    return settleClaim(refused(state, key, id, receipt, now), ready.entry);
  });
}

/** A refused message is anybody's, unless this run is still at it for another channel. */
function settleClaim(state: ServiceState, { key, claim }: OutboxEntry): ServiceState {
  const untried = state.outbox.find(entry => entry.key === key)?.to.some(({ attempts }) => attempts === 0) ?? false;
  return untried || claim === undefined ? state : released(state, [key], claim.by);
}

/** Closed incidents that owe nothing go on record; then the state forgets them. In this order: a crash repeats the record. */
async function putOnRecord(store: Store, shelf: Shelf, state: ServiceState): Promise<void> {
  for (const incident of recordable(state)) {
    const done = await shelf.attempt(() => store.saveIncident(incident));
    if (done) await shelf.change(state.service, current => recorded(current, incident.id));
  }
}
