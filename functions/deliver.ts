import { render } from '../core/message/message.ts';
import { accepted, claimed, type Planned, plan, recordable, recorded, refused } from '../core/outbox.ts';
import type { OutboxEntry, ServiceState } from '../core/state.ts';
import type { Channel, Clock, Receipt, Store } from './ports.ts';

export interface DeliverPorts {
  readonly store: Store;
  readonly channel: Channel;
  readonly clock: Clock;
  readonly pause: (ms: number) => Promise<void>;
  /** Where the status page lives, for the links in messages. */
  readonly statusUrl: string;
}

/** What became of one message in this run. */
export interface Delivery {
  readonly key: string;
  readonly outcome:
    | 'accepted'
    | 'refused'
    | 'claimed by another'
    | 'behind an earlier message'
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
  readonly runner: string;
  /** Epoch ms. */
  readonly endsAt: number;
}

/** Longer than one send may take: after that a silent claimant is taken for dead. */
const CLAIM_MS = 30_000;

/** SNS deactivates an e-mail address above ten messages a second; all shards together stay at two. */
const BETWEEN_SENDS_MS = 500;
const MESSAGES_A_RUN = 20;

/** After as many refusals in a row the channel is taken to be away; the next run tries again. */
const REFUSALS = 3;

/** Time that one more message may take, the retries of the SDK included. */
const SEND_MS = 10_000;

/** What one run may still send. */
interface Budget {
  messages: number;
  refusals: number;
}

/**
 * Delivers what the stored states owe: what was never refused first, then by age. Intent, act, record: the claim is
 * stored, the message is sent, and that it was accepted is stored. A crash in between repeats the message with the same
 * key, and loses none. One service that cannot be delivered keeps no other from it.
 */
export async function deliver(
  ports: DeliverPorts,
  request: DeliverRequest,
  states: readonly ServiceState[],
): Promise<Delivered> {
  const deliveries: Delivery[] = [];
  const errors: Error[] = [];
  const budget: Budget = { messages: MESSAGES_A_RUN, refusals: 0 };
  for (const state of states.filter(owes).sort(byUrgency)) {
    try {
      const drained = await drain(ports, request, state, budget, deliveries);
      await putOnRecord(ports, request.shard, drained);
    } catch (error) {
      errors.push(error instanceof Error ? error : new Error(String(error)));
    }
  }
  return { deliveries, errors };
}

function owes(state: ServiceState): boolean {
  return state.outbox.length > 0 || state.closed.length > 0;
}

function byUrgency(one: ServiceState, other: ServiceState): number {
  const [first, second] = [one.outbox[0], other.outbox[0]];
  if (first === undefined || second === undefined) return first === undefined ? 1 : -1;
  return first.attempts - second.attempts || first.createdAt - second.createdAt;
}

/** Sends a service's messages in their order until one is refused, none is left, or the run may send no more. */
async function drain(
  ports: DeliverPorts,
  request: DeliverRequest,
  from: ServiceState,
  budget: Budget,
  deliveries: Delivery[],
): Promise<ServiceState> {
  let state = from;
  for (;;) {
    const planned = plan(state, ports.clock(), request.runner);
    const [next] = planned;
    if (next === undefined) return state;
    if (next.waiting !== undefined || !maySend(ports, request, budget)) {
      deliveries.push(...planned.map(left));
      return state;
    }
    const sent = await sendOne(ports, request, state, next.entry, budget);
    deliveries.push(sent.delivery);
    if (sent.delivery.outcome !== 'accepted' || sent.state.outbox.includes(next.entry)) return sent.state;
    state = sent.state;
  }
}

function maySend(ports: DeliverPorts, { endsAt }: DeliverRequest, budget: Budget): boolean {
  return budget.messages > 0 && budget.refusals < REFUSALS && ports.clock() + SEND_MS <= endsAt;
}

function left({ entry, waiting }: Planned): Delivery {
  return { key: entry.key, outcome: waiting ?? 'left for the next run' };
}

async function sendOne(
  ports: DeliverPorts,
  { shard, shards, runner }: DeliverRequest,
  from: ServiceState,
  entry: OutboxEntry,
  budget: Budget,
): Promise<{ state: ServiceState; delivery: Delivery }> {
  if (budget.messages < MESSAGES_A_RUN) await ports.pause(BETWEEN_SENDS_MS * shards);
  const now = ports.clock();
  const mine = claimed(from, entry.key, { by: runner, untilAt: now + CLAIM_MS }, now);
  const held = mine === from ? from : await ports.store.saveState(shard, mine);
  if (held === undefined) return { state: from, delivery: { key: entry.key, outcome: 'claimed by another' } };

  budget.messages -= 1;
  const receipt = await ports.channel.send(render(entry, ports.statusUrl));
  budget.refusals = receipt.accepted ? 0 : budget.refusals + 1;
  const state = await remember(ports, shard, held, entry.key, receipt);
  return {
    state,
    delivery: receipt.accepted
      ? { key: entry.key, outcome: 'accepted', detail: receipt.text }
      : { key: entry.key, outcome: 'refused', detail: receipt.error },
  };
}

/** Stores what the channel said, on top of whatever others stored meanwhile. */
async function remember(
  ports: DeliverPorts,
  shard: number,
  from: ServiceState,
  key: string,
  receipt: Receipt,
): Promise<ServiceState> {
  const now = ports.clock();
  return update(ports, shard, from, state =>
    receipt.accepted ? accepted(state, key, receipt.text, now) : refused(state, key, receipt.error, now),
  );
}

/** Closed incidents that owe nothing go on record; then the state forgets them. In this order: a crash repeats the record. */
async function putOnRecord(ports: DeliverPorts, shard: number, from: ServiceState): Promise<void> {
  let state = from;
  for (const incident of recordable(from)) {
    await ports.store.saveIncident(incident);
    state = await update(ports, shard, state, current => recorded(current, incident.id));
  }
}

/** Applies a change that may be applied to any later version of the state, until it is stored. */
async function update(
  ports: DeliverPorts,
  shard: number,
  from: ServiceState,
  change: (state: ServiceState) => ServiceState,
): Promise<ServiceState> {
  let state = from;
  for (;;) {
    const changed = change(state);
    if (changed === state) return state;
    const saved = await ports.store.saveState(shard, changed);
    if (saved !== undefined) return saved;
    const current = await ports.store.state(shard, state.service);
    if (current === undefined) return state;
    state = current;
  }
}
