import type { Config, Monitor, Service } from '../../core/config/model.ts';
import { DEFAULT_PAGING } from '../../core/config/paging.ts';
import { type Message, render } from '../../core/message/message.ts';
import type { Outgoing } from '../../core/message/outgoing.ts';
import type { Observation } from '../../core/observation.ts';
import { directChannels } from '../../core/policy.ts';
import { verdict } from '../../core/verdict.ts';
import { memoryStore } from '../../functions/adapters/memory-store.ts';
import type { Receipt, Store } from '../../functions/ports.ts';
import { type RunPorts, type RunReport, runChecks } from '../../functions/run-checks.ts';
import { MINUTE, START } from './monitoring.ts';

/** The process died here. */
export class Crash extends Error {}

/** What a target does: a letter of u(p), d(own), n(o route), t(imeout while connecting), s(ecret unreadable). */
export type Target = 'u' | 'd' | 'n' | 't' | 's';

/** A small world around the real run: targets that can break, a channel that keeps what it accepted, a clock. */
export interface World {
  config: Config;
  store: Store;
  now: number;
  readonly targets: Map<string, Target>;
  readonly accepted: Message[];
  /** How many messages went out together, a send each. */
  readonly batches: number[];
  /** Whether the channel takes messages of several incidents as one. */
  groups: boolean;
  /** Channels that refuse everything. */
  readonly refusing: Set<string>;
  /** The keys that a channel accepted. */
  told(channel: string): readonly string[];
  /** What the channel says; an error text refuses. */
  channelSays: (message: Message) => Receipt;
  /** Called before and after every step that leaves the process, with its name; may throw a Crash. */
  onStep: (step: string) => void;
  probed: string[];
  keep(channel: string, messages: readonly Message[]): void;
  /** Runs a slot, counted in minutes from the start. */
  run(minute: number, runner?: string, shard?: number): Promise<RunReport>;
}

export function world(services: readonly Service[], store: Store = memoryStore()): World {
  const told = new Map<string, string[]>();
  const it: World = {
    config: { shards: 1, services, paging: DEFAULT_PAGING },
    store,
    now: START,
    targets: new Map(),
    accepted: [],
    batches: [],
    groups: false,
    refusing: new Set(),
    told: channel => told.get(channel) ?? [],
    channelSays: () => ({ accepted: true, text: 'taken' }),
    onStep: () => {},
    probed: [],
    keep(channel, messages) {
      told.set(channel, [...(told.get(channel) ?? []), ...messages.map(({ key }) => key)]);
    },
    async run(minute, runner = `runner-${minute}`, shard = 0) {
      const slotAt = START + minute * MINUTE;
      it.now = Math.max(it.now, slotAt);
      const request = { shard, slotAt, runEverySeconds: 60, runner, endsAt: it.now + MINUTE };
      return runChecks(portsOf(it), it.config, request);
    },
  };
  return it;
}

function portsOf(it: World): RunPorts {
  return {
    store: watched(it.store, step => it.onStep(step)),
    clock: () => it.now,
    pause: async () => {},
    links: async () => links,
    channels: channelsOf(it),
    async probe(monitors) {
      it.probed.push(...monitors.map(monitor => monitor.id));
      return monitors.map(monitor => {
        const observation = observe(monitor, it.targets.get(monitor.id) ?? 'u', it.now);
        return { monitor, observation, verdict: verdict(monitor, observation) };
      });
    },
  };
}

const links = { statusUrl: 'https://status.example' };

function channelsOf(it: World): RunPorts['channels'] {
  const ids = directChannels(it.config.paging).map(({ id }) => id);
  return new Map(ids.map(id => [id, { groups: it.groups, send: outgoing => send(it, id, outgoing) }]));
}

/** What was accepted is kept message by message, whatever went out together. */
async function send(it: World, channel: string, { entries }: Outgoing): Promise<Receipt> {
  it.onStep('before send');
  if (it.refusing.has(channel)) return { accepted: false, error: 'away' };
  const messages = entries.map(entry => render(entry, links.statusUrl));
  const receipts = messages.map(message => it.channelSays(message));
  const receipt = receipts.find(({ accepted }) => !accepted) ?? { accepted: true, text: 'taken' };
  if (receipt.accepted) {
    it.accepted.push(...messages);
    it.keep(channel, messages);
    it.batches.push(messages.length);
  }
  it.onStep('after send');
  return receipt;
}

function observe(_: Monitor, target: Target, startedAt: number): Observation {
  const base = { startedAt, attempts: 1, timings: { connectMs: 2, totalMs: 12.3 } };
  switch (target) {
    case 'u':
      return { ...base, connected: true, status: 200 };
    case 'd':
      return { ...base, connected: true, status: 503 };
    case 'n':
      return { ...base, connected: false, failure: { reason: 'connect', code: 'ENETUNREACH', detail: 'no route' } };
    case 's': {
      const failure = { reason: 'secret', detail: '${ssm:/shop/token} could not be read' } as const;
      return { ...base, connected: false, attempts: 0, failure };
    }
    case 't':
      return { ...base, connected: false, failure: { reason: 'timeout', phase: 'connect', detail: 'no answer' } };
  }
}

/** The store, announcing every call before and after. */
function watched(store: Store, onStep: (step: string) => void): Store {
  const around =
    <Args extends unknown[], Result>(name: string, call: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      onStep(`before ${name}`);
      const result = await call(...args);
      onStep(`after ${name}`);
      return result;
    };
  return {
    states: around('states', store.states),
    state: around('state', store.state),
    saveState: around('saveState', store.saveState),
    dropState: around('dropState', store.dropState),
    run: around('run', store.run),
    recentRuns: around('recentRuns', store.recentRuns),
    runs: around('runs', store.runs),
    saveRun: around('saveRun', store.saveRun),
    silences: around('silences', store.silences),
    saveSilence: around('saveSilence', store.saveSilence),
    dropSilence: around('dropSilence', store.dropSilence),
    saveIncident: around('saveIncident', store.saveIncident),
    incident: around('incident', store.incident),
    incidentsOfMonth: around('incidentsOfMonth', store.incidentsOfMonth),
  };
}
