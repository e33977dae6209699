import { maintenanceOf } from './calendar/maintenance.ts';
import { onCallAt } from './calendar/rota.ts';
import { routeFor } from './calendar/route.ts';
import { membersOf } from './config/members.ts';
import type { Config } from './config/model.ts';
import {
  type ChannelConfig,
  type ChannelType,
  type DirectChannelConfig,
  type Paging,
  type RotaMember,
  TOPIC_CHANNEL,
} from './config/paging.ts';
import { utc } from './message/plain-text.ts';
import { channelOf } from './sight.ts';
import { type Silence, silenceOf } from './silence.ts';
import type { Incident, ServiceState } from './state.ts';
import type { Policy } from './tend.ts';

/** These keep an incident of their own, by our key; it must be closed there, whatever people want to hear. */
const KEEPS_INCIDENTS: ReadonlySet<ChannelType> = new Set(['pagerduty', 'alertmanager']);
/** These are not told that somebody acknowledged: it would wake people to say that somebody is awake. */
const WAKES_PEOPLE: ReadonlySet<ChannelType> = new Set(['sns']);

/** What the policy of a moment is made from. */
export interface PolicyFacts {
  readonly config: Config;
  readonly silences: readonly Silence[];
  /** The state of another service, as far as it is known. */
  readonly stateOf: (service: string) => ServiceState | undefined;
  /** Channels that keep failing: Tocsin's own incidents avoid them. */
  readonly failing: ReadonlySet<string>;
  /** Epoch ms. */
  readonly now: number;
}

/** The policy of one service at one moment, from its configuration and from what people said. */
export function policyOf(facts: PolicyFacts, serviceId: string): Policy {
  const { config, now } = facts;
  const service = config.services.find(({ id }) => id === serviceId);
  const tags = [...new Set(service?.monitors.flatMap(monitor => monitor.tags) ?? [])];
  const named = new Map(config.paging.channels.map(channel => [channel.id, channel]));
  const channels = new Map(directChannels(config.paging).map(channel => [channel.id, channel]));
  // A message about a channel never goes through it: to tell it later that it was away helps nobody.
  const about = channelOf(serviceId);
  const avoid =
    service !== undefined ? undefined : new Set([...facts.failing, ...(about === undefined ? [] : [about])]);
  return {
    route: incident => routeFor(config.paging.routes, { ...incident, tags }, now),
    direct: ids =>
      reachable(
        ids.flatMap(id => directIds(config, named, id, now)),
        config,
        avoid,
      ),
    withheld: incident => whyWithheld(facts, incident, tags, service?.dependsOn ?? []),
    keepsIncidents: id => isOneOf(KEEPS_INCIDENTS, channels.get(id)),
    hearsAcknowledgements: id => channels.has(id) && !isOneOf(WAKES_PEOPLE, channels.get(id)),
  };
}

function isOneOf(types: ReadonlySet<ChannelType>, channel: DirectChannelConfig | undefined): boolean {
  return channel !== undefined && types.has(channel.type);
}

/** A channel as it is, or in place of a rota the channels of whoever is on call now. */
function directIds(
  config: Config,
  channels: ReadonlyMap<string, ChannelConfig>,
  id: string,
  now: number,
): readonly string[] {
  const channel = channels.get(id);
  if (channel === undefined) return [];
  if (channel.type !== 'onCall') return [id];
  const rota = config.paging.rotas.find(candidate => candidate.id === channel.rota);
  return rota === undefined ? [] : channelIdsOfMember(onCallAt(rota, now).member);
}

/** Every channel that messages can be sent to: those of the file, and those that members of rotas imply. */
export function directChannels({ channels, rotas }: Paging): DirectChannelConfig[] {
  const members = membersOf({ rotas }).filter(({ email, phone }) => email !== undefined || phone !== undefined);
  const implied = members.map(({ id }): DirectChannelConfig => ({ id, type: 'sns', to: id }));
  const named = channels.filter(channel => channel.type !== 'onCall');
  return [...named, ...implied.filter(({ id }) => !named.some(channel => channel.id === id))];
}

/** A member's own channel, which mail and phone imply, and those that they share with others. */
function channelIdsOfMember({ id, email, phone, channels }: RotaMember): readonly string[] {
  return [...(email !== undefined || phone !== undefined ? [id] : []), ...channels];
}

/**
 * Of a service never nobody: the topic is always there. Of Tocsin's own incidents no channel that keeps failing, and any
 * other instead: to tell a channel later that it was away helps nobody.
 */
function reachable(ids: readonly string[], config: Config, avoid: ReadonlySet<string> | undefined): readonly string[] {
  const wanted = [...new Set(ids)];
  if (avoid === undefined) return wanted.length > 0 ? wanted : [TOPIC_CHANNEL];
  const working = wanted.filter(id => !avoid.has(id));
  if (working.length > 0) return working;
  const others = config.paging.channels
    .filter(({ id, type }) => type !== 'onCall' && !avoid.has(id))
    .map(({ id }) => id);
  return others;
}

function whyWithheld(
  { silences, config, stateOf, now }: PolicyFacts,
  incident: Incident,
  tags: readonly string[],
  dependsOn: readonly string[],
): string | undefined {
  const silence = silenceOf(silences, incident, tags, now);
  if (silence !== undefined) return `silenced by ${silence.author} until ${utc(silence.toAt)}: ${silence.comment}`;
  const maintenance = maintenanceOf(config.paging.maintenance, incident, now);
  if (maintenance !== undefined) return `maintenance: ${maintenance.window.reason}`;
  const broken = dependsOn.find(id => isTroubled(stateOf(id)));
  return broken === undefined ? undefined : `it depends on ${broken}, which is in trouble`;
}

/** A dependency explains a failure when it has an incident, or has begun to fail: then its own verdict is waited for. */
function isTroubled(state: ServiceState | undefined): boolean {
  if (state === undefined) return false;
  if (state.incident !== undefined) return true;
  // What somebody resolved by hand explains nothing any more.
  const { dismissed = [] } = state;
  return Object.entries(state.monitors).some(([id, { recent }]) => recent.endsWith('d') && !dismissed.includes(id));
}
