import { mailbox } from '../models/mailbox.ts';
import { pagerDuty } from '../models/pagerduty.ts';
import { dutiesOf } from '../parcel.ts';
import { letterAt } from '../target.ts';
import type { Property, Stage } from '../witness.ts';

/** What a pager must do in the end: everything is told, and what was told last is true. */
export const toldInTheEnd: Property = {
  name: 'told in the end',
  says: 'when all has been well for long enough nothing is owed and nothing waits for its record',
  watch: stage => ({
    ended() {
      for (const state of stage.store.shards().flatMap(shard => stage.store.states(shard))) {
        const [duty] = dutiesOf(state);
        if (duty !== undefined) stage.violated(`${duty.entry.key} (${duty.entry.event}) is still owed to ${duty.channel}`);
        const [closed] = state.closed;
        if (closed !== undefined) stage.violated(`${closed.id} is closed and not on record`);
      }
    },
  }),
};

export const lastWordIsTrue: Property = {
  name: 'the last word is true',
  says: 'what a channel heard of a service last is how it is; a service that is well has no open incident',
  watch(stage) {
    const last = new Map<string, string>();
    return {
      accepted({ entries }) {
        for (const { page, event } of entries) last.set(page.service.id, event);
      },
      ended() {
        const down = downServices(stage);
        for (const { service, incident } of openIncidents(stage)) {
          if (!down.has(service)) stage.violated(`${incident} is open, and ${service} is well`);
        }
        for (const service of new Set([...last.keys(), ...down])) {
          const told = last.get(service) ?? 'nothing';
          const isEnd = told === 'resolved' || told === 'nothing';
          if (isEnd === down.has(service)) {
            stage.violated(`${service} is ${isEnd ? 'down' : 'well'}, and the last that was told is "${told}"`);
          }
        }
      },
    };
  },
};

export const noZombies: Property = {
  name: 'no zombies',
  says: 'PagerDuty has the incidents open that are open, and no other',
  watch(stage) {
    const model = pagerDuty();
    return {
      accepted({ entries }) {
        for (const { incident, event } of entries) {
          if (event === 'resolved') model.resolve(incident);
          else model.trigger(incident);
        }
      },
      ended() {
        const open = openIncidents(stage).map(({ incident }) => incident);
        const zombie = model.open().find(key => !open.includes(key));
        if (zombie !== undefined) stage.violated(`PagerDuty still has ${zombie} open`);
        const missing = open.find(incident => !model.open().includes(incident));
        if (missing !== undefined) stage.violated(`PagerDuty does not have ${missing} open`);
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

function openIncidents({ store }: Stage): { readonly service: string; readonly incident: string }[] {
  const states = store.shards().flatMap(shard => store.states(shard));
  return states.flatMap(({ service, incident }) => (incident === undefined ? [] : [{ service, incident: incident.id }]));
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
    return {
      accepted() {
        const count = box.take(stage.clock.now());
        if (count > DEACTIVATES_ABOVE) stage.violated(`${count} messages within a second: SNS deactivates the subscription`);
        else if (count > AT_MOST_A_SECOND) stage.violated(`${count} messages within a second`);
      },
    };
  },
};
