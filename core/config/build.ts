import { closest, didYouMean } from '../did-you-mean.ts';
import { readConditions } from './build-conditions.ts';
import { buildMonitor } from './build-monitor.ts';
import { buildPaging } from './build-paging.ts';
import { type Complaint, quoted } from './complaint.ts';
import { cyclesIn } from './dependencies.ts';
import { headerComplaints } from './headers.ts';
import { type Config, MOST_MONITORS_A_SERVICE, type Monitor, type Service } from './model.ts';
import { repeatedIds } from './names.ts';
import type { FileFields, MonitorFields, ServiceFields } from './read-fields.ts';
import { shardOf } from './shards.ts';
import { resolverProblem } from './target.ts';

/**
 * Puts services together from the fields of the file: declared ones in their order, then the monitors that are services of their
 * own, each with its enabled monitors. A declared service without any is left out, also from what others depend on.
 * @returns the configuration, to be used only when nobody complains.
 */
export function buildConfig(fields: FileFields): {
  readonly config: Config;
  readonly complaints: readonly Complaint[];
} {
  const declared = byId(fields.services);
  const built = fields.monitors.map((monitor, index) => {
    const service = monitor.service === undefined ? undefined : declared.get(monitor.service);
    return buildMonitor(monitor, ['monitors', index], service, fields.defaults);
  });
  const enabled = built.flatMap(({ monitor }, index) =>
    monitor === undefined || fields.monitors[index]?.enabled === false ? [] : [monitor],
  );
  const paging = buildPaging(fields);
  const complaints = [
    ...defaultsComplaints(fields),
    ...built.flatMap(result => result.complaints),
    ...repeatedIds(fields.services, ['services']),
    ...repeatedIds(fields.monitors, ['monitors']),
    ...fields.monitors.flatMap((monitor, index) => serviceComplaints(monitor, index, fields, declared)),
    ...crowdedServices(fields),
    ...dependencyComplaints(fields),
    ...paging.complaints,
  ];
  return { config: { ...assemble(fields, declared, enabled), paging: paging.paging }, complaints };
}

function assemble(
  fields: FileFields,
  declared: ReadonlyMap<string, ServiceFields>,
  monitors: readonly Monitor[],
): Omit<Config, 'paging'> {
  const shards = fields.shards ?? 1;
  const members = Map.groupBy(monitors, monitor => monitor.service);
  const ids = [...declared.keys(), ...[...members.keys()].filter(id => !declared.has(id))];
  const services = ids.flatMap((id): readonly Service[] => {
    const own = members.get(id);
    const [first] = own ?? [];
    if (own === undefined || first === undefined) return [];
    const named = declared.get(id);
    const group = named === undefined ? first.group : (named.group ?? fields.defaults.group);
    return [
      {
        id,
        name: named === undefined ? first.name : (named.name ?? id),
        ...(group !== undefined && { group }),
        ...(named?.runbook !== undefined && { runbook: named.runbook }),
        dependsOn: (named?.dependsOn ?? []).filter(needed => members.has(needed)),
        shard: shardOf({ id, group }, shards),
        monitors: own,
      },
    ];
  });
  return { shards, services };
}

function byId(services: readonly ServiceFields[]): ReadonlyMap<string, ServiceFields> {
  return new Map(services.flatMap(service => (service.id === undefined ? [] : [[service.id, service] as const])));
}

function defaultsComplaints({ defaults }: FileFields): readonly Complaint[] {
  const problem = defaults.resolver === undefined ? undefined : resolverProblem(defaults.resolver);
  return [
    ...(problem === undefined ? [] : [{ path: ['defaults', 'resolver'], message: problem }]),
    ...readConditions(defaults.conditions ?? [], ['defaults', 'conditions'], undefined).complaints,
    ...readConditions(defaults.degraded ?? [], ['defaults', 'degraded'], undefined).complaints,
    ...headerComplaints(defaults.headers ?? {}, ['defaults', 'headers']),
  ];
}

function serviceComplaints(
  monitor: MonitorFields,
  index: number,
  fields: FileFields,
  declared: ReadonlyMap<string, ServiceFields>,
): readonly Complaint[] {
  const complaints: Complaint[] = [];
  const { id, service } = monitor;
  if (service !== undefined && !declared.has(service)) {
    const message = `names ${quoted(service)}, which is not under services${didYouMean(closest(service, declared.keys()))}`;
    complaints.push({ path: ['monitors', index, 'service'], message });
  }
  if (id !== undefined && declared.has(id) && service !== id) {
    const place = fields.services.findIndex(other => other.id === id);
    const message = `is also the id of services[${place}]; write service: ${id} if it belongs there, else choose another id`;
    complaints.push({ path: ['monitors', index, 'id'], message });
  }
  return complaints;
}

/** A service's monitors share one stored item, which has a limit. */
function crowdedServices({ monitors }: FileFields): readonly Complaint[] {
  const places = monitors.flatMap(({ service }, index) => (service === undefined ? [] : [{ service, index }]));
  return [...Map.groupBy(places, ({ service }) => service)].flatMap(([service, members]) => {
    const first = members[MOST_MONITORS_A_SERVICE];
    if (first === undefined) return [];
    const message = `is one too many: ${quoted(service)} has ${members.length} monitors, a service may have ${MOST_MONITORS_A_SERVICE}`;
    return [{ path: ['monitors', first.index, 'service'], message }];
  });
}

function dependencyComplaints({ services, monitors }: FileFields): readonly Complaint[] {
  const ids = new Set(
    [...services, ...monitors.filter(({ service }) => service === undefined)].flatMap(({ id }) => id ?? []),
  );
  const unknown = services.flatMap(({ dependsOn = [] }, index) =>
    dependsOn.flatMap((needed, position) => {
      if (ids.has(needed)) return [];
      const message = `names ${quoted(needed)}, which is no service${didYouMean(closest(needed, ids))}`;
      return [{ path: ['services', index, 'dependsOn', position], message }];
    }),
  );
  const needs = new Map(
    services.flatMap(({ id, dependsOn = [] }) => (id === undefined ? [] : [[id, dependsOn] as const])),
  );
  const cycles = cyclesIn(needs).map(cycle => {
    const index = services.findIndex(({ id }) => id === cycle[0]);
    return { path: ['services', index, 'dependsOn'], message: `goes round in a circle: ${cycle.join(' → ')}` };
  });
  return [...unknown, ...cycles];
}
