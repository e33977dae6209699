import { type Config, type HttpMonitor, type Monitor, SEVERITIES, type Service } from '../core/config/model.ts';
import type { Dice } from './dice.ts';
import { drawPaging } from './draw-paging.ts';
import type { Deploy, Span } from './history.ts';
import { KNOWN_GAPS } from './known-gaps.ts';

/** What else a history has. */
interface Circumstances {
  readonly deploys: boolean;
  readonly lateRuns: boolean;
}

/** The configurations of a history: the first, and the changes that are deployed while it lasts. */
export function drawDeploys(
  dice: Dice,
  story: Span,
  circumstances: Circumstances,
  most = Number.POSITIVE_INFINITY,
): Deploy[] {
  const crowd = dice.chance(0.01) ? dice.between(15, 40) : dice.between(1, 4);
  const shards = dice.oneOf([1, 1, 1, 1, 2, 3]);
  const drawn = Array.from({ length: crowd }, (_, index) => drawService(dice, index, shards));
  let config: Config = { shards, paging: drawPaging(dice), services: drawn.slice(0, most) };
  const deploys: Deploy[] = [{ at: story.fromAt - 1, config }];
  const count = dice.between(1, 3);
  const times = Array.from({ length: circumstances.deploys ? count : 0 }, () =>
    dice.between(story.fromAt, story.toAt),
  ).sort((one, other) => one - other);
  for (const at of times) {
    config = changed(dice, config, drawn.slice(0, most), circumstances);
    deploys.push({ at, config });
  }
  return deploys;
}

function drawService(dice: Dice, index: number, shards: number): Service {
  const id = `s${index}`;
  const monitors = Array.from({ length: dice.oneOf([1, 1, 2, 3]) }, (_, number) => drawMonitor(dice, id, number));
  return { id, name: `Service ${index}`, dependsOn: [], shard: dice.between(0, shards - 1), monitors };
}

function drawMonitor(dice: Dice, service: string, number: number): HttpMonitor {
  return {
    ...plainMonitor(service, number),
    intervalSeconds: dice.oneOf([60, 60, 60, 120, 180]),
    timeoutMs: dice.oneOf([1_000, 5_000, 20_000, 60_000]),
    failureThreshold: dice.between(1, 3),
    recoveryThreshold: dice.between(1, 3),
    severity: dice.oneOf(SEVERITIES),
  };
}

/** One of a service's monitors, of a host of its own, with the defaults of a configuration. */
export function plainMonitor(service: string, number: number): HttpMonitor {
  const id = `${service}m${number}`;
  return {
    id,
    name: id,
    service,
    kind: 'http',
    target: `https://${id}.example/`,
    method: 'GET',
    headers: {},
    redirects: 5,
    insecureTls: false,
    intervalSeconds: 60,
    timeoutMs: 5_000,
    retries: 0,
    conditions: [],
    degraded: [],
    failureThreshold: 3,
    recoveryThreshold: 2,
    severity: 'error',
    allowPrivate: false,
    tags: [],
  };
}

const TUNING = ['thresholds', 'interval'] as const;
const LEAVING = ['monitor', 'gone', 'back'] as const;
const MOVING = ['moved', 'shards'] as const;
type Change = (typeof TUNING | typeof LEAVING | typeof MOVING)[number];

function changesWith({ lateRuns }: Circumstances): readonly [Change, ...Change[]] {
  const mayLeave = !(lateRuns && KNOWN_GAPS.lateRunSettles);
  return [...TUNING, ...(mayLeave ? LEAVING : []), ...(KNOWN_GAPS.servicesMove ? [] : MOVING)];
}

/** One change that people make: a service or a monitor comes, goes or moves, thresholds or the number of shards change. */
function changed(dice: Dice, config: Config, known: readonly Service[], circumstances: Circumstances): Config {
  const { services, shards } = config;
  const chosen = services[dice.between(0, services.length - 1)];
  const missing = known.filter(service => !services.some(({ id }) => id === service.id));
  const replaced = (change: (service: Service) => Service): Config => ({
    ...config,
    services: services.map(service => (service === chosen ? change(service) : service)),
  });
  switch (dice.oneOf(changesWith(circumstances))) {
    case 'thresholds': {
      const thresholds = { failureThreshold: dice.between(1, 3), recoveryThreshold: dice.between(1, 3) };
      return replaced(service => withMonitors(service, monitor => ({ ...monitor, ...thresholds })));
    }
    case 'interval': {
      const intervalSeconds = dice.oneOf([60, 120, 180]);
      return replaced(service => withMonitors(service, monitor => ({ ...monitor, intervalSeconds })));
    }
    case 'monitor': {
      const whole = known.find(service => service.id === chosen?.id);
      return replaced(service => ({
        ...service,
        monitors: service.monitors.length > 1 ? service.monitors.slice(1) : (whole?.monitors ?? service.monitors),
      }));
    }
    case 'gone':
      return services.length > 1 ? { ...config, services: services.filter(service => service !== chosen) } : config;
    case 'back': {
      const [first] = missing;
      return first === undefined ? config : { ...config, services: [...services, first] };
    }
    case 'moved': {
      const shard = dice.between(0, shards - 1);
      return replaced(service => ({ ...service, shard }));
    }
    case 'shards': {
      const count = dice.between(1, 3);
      return {
        ...config,
        shards: count,
        services: services.map(service => ({ ...service, shard: service.shard % count })),
      };
    }
  }
}

function withMonitors(service: Service, change: (monitor: Monitor) => Monitor): Service {
  return { ...service, monitors: service.monitors.map(change) };
}
