import { TOPIC_CHANNEL } from '../../core/config/paging.ts';
import type { Incident } from '../../core/state.ts';
import { PAGER_CHANNEL } from '../draw-paging.ts';
import type { History } from '../history.ts';
import { KNOWN_GAPS } from '../known-gaps.ts';
import { mailbox } from '../models/mailbox.ts';
import { pagerDuty } from '../models/pagerduty.ts';
import { dutiesOf } from '../parcel.ts';
import { letterAt } from '../target.ts';
import type { Property, Stage } from '../witness.ts';

/** What has come to be within this time is told by the next runs. */
const SOON_MS = 240_000;

/** What a pager must do in the end: everything is told, and what was told last is true. */
export const toldInTheEnd: Property = {
  name: 'told in the end',
  says: 'when all has been well for long enough nothing is owed and nothing waits for its record',
  watch: stage => ({
    ended() {
      for (const state of stage.store.shards().flatMap(shard => stage.store.states(shard))) {
        const duty = dutiesOf(state).find(({ entry }) => entry.createdAt < stage.clock.now() - SOON_MS);
        if (duty !== undefined)
          stage.violated(`${duty.entry.key} (${duty.entry.event}) is still owed to ${duty.channel}`);
        const [closed] = state.closed;
        if (closed !== undefined && state.outbox.length === 0)
          stage.violated(`${closed.id} is closed and not on record`);
      }
    },
  }),
};

export const lastWordIsTrue: Property = {
  name: 'the last word is true',
  says: 'what a channel heard of a service last is how it is; a service that is well has no open incident',
  watch(stage) {
    const last = new Map<string, Map<string, string>>();
    const wordsOf = (channel: string) => {
      const known = last.get(channel) ?? new Map<string, string>();
      last.set(channel, known);
      return known;
    };
    return {
      accepted({ channel, entries }) {
        for (const { page, event } of entries) wordsOf(channel).set(page.service.id, event);
      },
      ended() {
        const [down, quiet] = [downServices(stage), quietServices(stage)];
        const strange = openIncidents(stage).find(({ service }) => !down.has(service) && !quiet.has(service));
        if (strange !== undefined) stage.violated(`${strange.id} is open, and ${strange.service} is well`);
        for (const service of down) {
          const told = [...last.values()].some(words => (words.get(service) ?? 'resolved') !== 'resolved');
          if (!told && !quiet.has(service)) stage.violated(`${service} is down, and nobody was told so last`);
        }
        for (const [channel, words] of last) {
          for (const [service, event] of words) {
            const wrong = event !== 'resolved' && !down.has(service) && !quiet.has(service);
            if (wrong && hearsOfEnds(stage, channel)) {
              stage.violated(`${service} is well, and the last that ${channel} was told is "${event}"`);
            }
          }
        }
      },
    };
  },
};

function hearsOfEnds({ history }: Stage, channel: string): boolean {
  return channel === PAGER_CHANNEL || history.deploys.every(({ config }) => config.paging.routes[0]?.notifyOnResolve);
}

/** What PagerDuty takes for a trigger. */
const TRIGGERS: ReadonlySet<string> = new Set(['opened', 'raised', 'reminded', 'escalated', 'flapping']);

export const noZombies: Property = {
  name: 'no zombies',
  says: 'PagerDuty has the incidents open that are open, and no other',
  watch(stage) {
    const model = pagerDuty();
    return {
      accepted({ channel, entries }) {
        if (channel !== PAGER_CHANNEL) return;
        for (const { incident, event } of entries) {
          if (event === 'resolved') model.resolve(incident);
          else if (TRIGGERS.has(event)) model.trigger(incident);
        }
      },
      ended() {
        const open = openIncidents(stage);
        const zombie = model.open().find(key => !open.some(({ id }) => id === key));
        if (zombie !== undefined) stage.violated(`PagerDuty still has ${zombie} open`);
        const missing = open.find(
          ({ id, told }) => told?.channels.includes(PAGER_CHANNEL) && !model.open().includes(id),
        );
        if (missing !== undefined) stage.violated(`PagerDuty does not have ${missing.id} open`);
      },
    };
  },
};

/** The services of the last configuration that have a target which is down at the end. */
function downServices({ history }: Stage): Set<string> {
  const services = history.deploys.at(-1)?.config.services ?? [];
  const isDown = (monitor: string) => letterAt(history.targets[monitor], history.endAt) !== 'u';
  return new Set(services.filter(({ monitors }) => monitors.some(({ id }) => isDown(id))).map(({ id }) => id));
}

function openIncidents({ store }: Stage): readonly Incident[] {
  return store.shards().flatMap(shard => store.states(shard).flatMap(({ incident }) => incident ?? []));
}

/**
 * Of these nobody need be told: they go up and down no more but did until a while ago, or somebody cares for them, or has
 * said that it is over.
 */
function quietServices({ store }: Stage): Set<string> {
  const states = store.shards().flatMap(shard => store.states(shard));
  const quiet = states.filter(
    ({ monitors, dismissed, incident }) =>
      incident?.acknowledged !== undefined ||
      (dismissed ?? []).length > 0 ||
      Object.values(monitors).some(monitor => monitor.flapping),
  );
  return new Set(quiet.map(({ service }) => service));
}

/** A storm destroys the pager. */
const DEACTIVATES_ABOVE = 10;
/** What the project promises. */
const AT_MOST_A_SECOND = 2;

export const noStorm: Property = {
  name: 'no storm',
  says: 'people get at most two messages a second; above ten SNS deactivates the subscription',
  watch(stage) {
    const box = mailbox();
    const crowd = mayOverlap(stage.history);
    const most = crowd && KNOWN_GAPS.shardsSendTogether ? DEACTIVATES_ABOVE : AT_MOST_A_SECOND;
    return {
      accepted({ channel }) {
        if (channel !== TOPIC_CHANNEL) return;
        const count = box.take(stage.clock.now());
        if (count > most) stage.violated(`${count} messages within a second`);
      },
    };
  },
};

/** Several runs may be at it at the same time: of shards, copies, late ones, and slow ones. */
function mayOverlap({ runs, deploys }: History): boolean {
  const slots = new Set(runs.map(({ shard, slotAt }) => `${shard} ${slotAt}`));
  if (slots.size < runs.length || runs.some(run => run.startsAt - run.slotAt > 30_000)) return true;
  return deploys.some(
    ({ config }) =>
      config.shards > 1 || config.services.some(({ monitors }) => monitors.some(({ timeoutMs }) => timeoutMs > 30_000)),
  );
}
