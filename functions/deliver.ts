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

/** Longer than one send may take: after that a silent claimant is taken for dead. */
const CLAIM_MS = 30_000;

/** SNS deactivates an e-mail address above ten messages a second; half a second apart stays far from it. */
const BETWEEN_SENDS_MS = 500;
const MESSAGES_A_RUN = 20;

/**
 * Delivers what the stored states owe, oldest first. Intent, act, record: the claim is stored, the message is sent, and
 * that it was accepted is stored. A crash in between repeats the message with the same key, and loses none.
 */
export async function deliver(
  ports: DeliverPorts,
  { shard, runner }: { readonly shard: number; readonly runner: string },
  states: readonly ServiceState[],
): Promise<Delivery[]> {
  const deliveries: Delivery[] = [];
  const budget = { left: MESSAGES_A_RUN };
  const owing = states
    .filter(state => state.outbox.length > 0 || state.closed.length > 0)
    .sort((one, other) => oldest(one) - oldest(other));
  for (const state of owing) {
    const drained = await drain(ports, shard, runner, state, budget, deliveries);
    await putOnRecord(ports, shard, drained);
  }
  return deliveries;
}

function oldest(state: ServiceState): number {
  return Math.min(...state.outbox.map(entry => entry.createdAt), Number.MAX_SAFE_INTEGER);
}

/** Sends a service's messages in their order until one is refused, none is left, or the run's budget is used up. */
async function drain(
  ports: DeliverPorts,
  shard: number,
  runner: string,
  from: ServiceState,
  budget: { left: number },
  deliveries: Delivery[],
): Promise<ServiceState> {
  let state = from;
  const done = new Set<string>();
  for (;;) {
    const planned = plan(state, ports.clock(), runner).filter(({ entry }) => !done.has(entry.key));
    const next = planned.find(({ waiting }) => waiting === undefined)?.entry;
    if (next === undefined) {
      deliveries.push(...planned.map(left));
      return state;
    }
    if (budget.left === 0) {
      deliveries.push(...planned.map(({ entry }) => left({ entry })));
      return state;
    }
    const attempt = await attemptOne(ports, shard, runner, state, next, budget);
    state = attempt.state;
    deliveries.push(attempt.delivery);
    done.add(next.key);
    if (attempt.delivery.outcome !== 'accepted') return state;
  }
}

function left({ entry, waiting }: Planned): Delivery {
  return { key: entry.key, outcome: waiting ?? 'left for the next run' };
}

async function attemptOne(
  ports: DeliverPorts,
  shard: number,
  runner: string,
  from: ServiceState,
  entry: OutboxEntry,
  budget: { left: number },
): Promise<{ state: ServiceState; delivery: Delivery }> {
  const claim = { by: runner, untilAt: ports.clock() + CLAIM_MS };
  const mine = claimed(from, entry.key, claim, ports.clock());
  const held = mine === from ? from : await ports.store.saveState(shard, mine);
  if (held === undefined) return { state: from, delivery: { key: entry.key, outcome: 'claimed by another' } };

  if (budget.left < MESSAGES_A_RUN) await ports.pause(BETWEEN_SENDS_MS);
  budget.left -= 1;
  const receipt = await ports.channel.send(render(entry, ports.statusUrl));
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
  const idle = state.incident === undefined && state.closed.length === 0 && state.outbox.length === 0;
  if (idle && Object.keys(state.monitors).length === 0) await ports.store.dropState(shard, state);
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
