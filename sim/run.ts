import type { Config, Monitor } from '../core/config/model.ts';
import { TOPIC_CHANNEL } from '../core/config/paging.ts';
import type { Outgoing } from '../core/message/outgoing.ts';
import { verdict } from '../core/verdict.ts';
import type { Channel, Receipt, Store } from '../functions/ports.ts';
import type { Probed } from '../functions/probe-all.ts';
import { type RunPorts, runChecks } from '../functions/run-checks.ts';
import type { Dice } from './dice.ts';
import { NO_RATES, type PlannedRun } from './history.ts';
import { type Parcel, toParcel } from './parcel.ts';
import { awsLink, type Link, RequestError, request } from './request.ts';
import { letterAt, observe } from './target.ts';
import type { Runner } from './witness.ts';
import type { World } from './world.ts';

/** Lambda ends a run after this long, wherever it is: the timeout of the check function. */
const RUN_MS = 90_000;

/** The real run, with ports that lead into the simulated world. */
export function startRun(world: World, planned: PlannedRun): void {
  const { clock, history } = world;
  const config = history.deploys[planned.deploy]?.config;
  if (config === undefined) throw new RangeError(`the history has no deploy ${planned.deploy}`);
  const runner: Runner = { planned, alive: true, ended: undefined, steps: 0, troubled: false, recentSlots: [] };
  const { shard, slotAt, skewMs } = planned;
  const endsAt = clock.now() + skewMs + RUN_MS;
  world.tell(runner, () => `starts, deploy ${planned.deploy}${skewMs === 0 ? '' : `, its clock ${skewMs} ms ahead`}`);
  world.witnesses.runStarted(runner);
  clock.after(RUN_MS, () => world.end(runner, { how: 'crashed', where: 'out of time' }));
  const asked = { shard, slotAt, runEverySeconds: history.runEverySeconds, runner: planned.runner, endsAt };
  runChecks(portsOf(world, runner, config), config, asked).then(
    report => world.end(runner, { how: 'done', report }),
    (error: unknown) => world.end(runner, { how: 'failed', error }),
  );
}

function portsOf(world: World, runner: Runner, config: Config): RunPorts {
  return {
    store: storePort(world, runner),
    clock: () => world.clock.now() + runner.planned.skewMs,
    pause: ms => new Promise(resolve => world.clock.after(ms, () => runner.alive && resolve())),
    links: async () => ({ statusUrl: 'https://status.example' }),
    channels: channelPorts(world, runner, config),
    probe: monitors => probe(world, runner, monitors),
  };
}

const storeLatencyMs = (dice: Dice) => dice.between(2, 25);

/** The store as one runner reaches it. */
export function storePort(world: World, runner: Runner): Store {
  const { store, history } = world;
  const link = awsLink(history.trouble.store, history.trouble.storeOutages, storeLatencyMs);
  const ask = <Answer>(what: string, perform: () => Answer): Promise<Answer> =>
    request(world, runner, what, link, () => {
      world.acting = runner;
      return perform();
    });
  return {
    states: shard => ask('states', () => store.states(shard)),
    state: (shard, service) => ask('state', () => store.state(shard, service)),
    saveState: (shard, state) => ask(`save state ${state.service}`, () => store.saveState(shard, state)),
    dropState: (shard, state) => ask(`drop state ${state.service}`, () => store.dropState(shard, state)),
    run: (shard, slotAt) => ask('run', () => store.run(shard, slotAt)),
    async recentRuns(shard, now, limit) {
      const recent = await ask('recent runs', () => store.recentRuns(shard, now, limit));
      runner.recentSlots = recent.map(run => run.slotAt);
      return recent;
    },
    runs: (shard, fromAt, beforeAt, limit) => ask('runs', () => store.runs(shard, fromAt, beforeAt, limit)),
    saveRun: run => ask('save run', () => store.saveRun(run)),
    saveIncident: incident => ask(`record ${incident.id}`, () => store.saveIncident(incident)),
    silences: () => ask('silences', () => store.silences()),
    saveSilence: silence => ask('save silence', () => store.saveSilence(silence)),
    dropSilence: id => ask('drop silence', () => store.dropSilence(id)),
    incident: id => ask('incident', () => store.incident(id)),
    incidentsOfMonth: (...range) => ask('incidents', () => store.incidentsOfMonth(...range)),
  };
}

/** The channels of the configuration, each as its adapter knows it: what comes of a message is a value. */
function channelPorts(world: World, runner: Runner, config: Config): ReadonlyMap<string, Channel> {
  const direct = config.paging.channels.filter(({ type }) => type !== 'onCall');
  return new Map(
    direct.map(({ id, type }) => [
      id,
      { groups: type === 'sns', send: outgoing => send(world, runner, { id, isAws: type === 'sns' }, outgoing) },
    ]),
  );
}

/** SNS is asked by the SDK, which tries three times; others are asked once. */
async function send(
  world: World,
  runner: Runner,
  { id, isAws }: { readonly id: string; readonly isAws: boolean },
  outgoing: Outgoing,
): Promise<Receipt> {
  const { channel, channelOutages } = world.history.trouble;
  const words = `${outgoing.entries.map(({ key, event }) => `${key} (${event})`).join(', ')} to ${id}`;
  const parcel = toParcel(id, outgoing);
  const link: Link = {
    ...awsLink(channel, channelOutages[id] ?? [], dice => dice.between(20, 150)),
    ...(!isAws && { attempts: 1 }),
    onLost: () => world.witnesses.unanswered(parcel, runner),
  };
  world.witnesses.sending(parcel, runner);
  try {
    await request(world, runner, `send ${words}`, link, () => {
      world.tell(runner, () => `is accepted: ${words}`);
      world.witnesses.accepted(parcel, runner);
    });
    world.witnesses.confirmed(parcel, runner);
    return { accepted: true, text: 'taken' };
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    return { accepted: false, error: error.message, ...(error.answered && waitWished(world, runner, parcel)) };
  }
}

/** Half of the refusals ask for patience: 429 with Retry-After. */
function waitWished(world: World, runner: Runner, parcel: Parcel): { readonly retryAfterMs?: number } {
  const { channel } = parcel;
  if (channel === TOPIC_CHANNEL || world.clock.now() >= world.history.quietAt || world.dice.chance(0.5)) return {};
  const retryAfterMs = world.dice.between(1, 120) * 1000;
  world.tell(runner, () => `${channel} asks to wait ${retryAfterMs} ms`);
  world.witnesses.askedToWait(parcel, world.clock.now() + retryAfterMs, runner);
  return { retryAfterMs };
}

/** What the targets answer now; the run hears of it when the slowest has answered. */
function probe(world: World, runner: Runner, monitors: readonly Monitor[]): Promise<readonly Probed[]> {
  const now = world.clock.now();
  const letters = monitors.map(monitor => letterAt(world.history.targets[monitor.id], now));
  const latencyMs = monitors.reduce(
    (longest, monitor, index) => Math.max(longest, letters[index] === 't' ? monitor.timeoutMs : 40),
    5,
  );
  const link = {
    rates: NO_RATES,
    outages: [],
    attempts: 1,
    latencyMs: (dice: Dice) => latencyMs + dice.between(0, 100),
  };
  return request(world, runner, 'probe', link, () => {
    world.tell(runner, () => `sees ${monitors.map(({ id }, index) => `${id}:${letters[index]}`).join(' ')}`);
    return monitors.map((monitor, index) => {
      const observation = observe(letters[index] ?? 'u', now);
      return { monitor, observation, verdict: verdict(monitor, observation) };
    });
  });
}
