import type { Config, MonitorKind, Severity } from './config/model.ts';

/**
 * The view of the configuration that the `api` function is given: an allow-list. Targets, headers, bodies, conditions
 * and their references never enter it, so nothing is served from them. What a probe saw and a condition said of it
 * does reach the answers, as the reasons of results and incidents.
 */
export interface Catalog {
  readonly shards: number;
  readonly services: readonly CatalogService[];
  /** Webhooks that are taken in, by their channel, with the reference to the secret that signs them. Never served. */
  readonly hooks: readonly { readonly channel: string; readonly secret: string }[];
}

export interface CatalogService {
  readonly id: string;
  readonly name: string;
  readonly group?: string;
  readonly dependsOn: readonly string[];
  readonly shard: number;
  readonly monitors: readonly CatalogMonitor[];
}

export interface CatalogMonitor {
  readonly id: string;
  readonly name: string;
  readonly group?: string;
  readonly kind: MonitorKind;
  readonly severity: Severity;
  readonly intervalSeconds: number;
}

export function toCatalog(config: Config): Catalog {
  return {
    shards: config.shards,
    hooks: config.paging.channels.flatMap(channel =>
      channel.type === 'pagerduty' && channel.webhookSecret !== undefined
        ? [{ channel: channel.id, secret: channel.webhookSecret }]
        : [],
    ),
    services: config.services.map(service => ({
      id: service.id,
      name: service.name,
      ...(service.group !== undefined && { group: service.group }),
      dependsOn: service.dependsOn,
      shard: service.shard,
      monitors: service.monitors.map(monitor => ({
        id: monitor.id,
        name: monitor.name,
        ...(monitor.group !== undefined && { group: monitor.group }),
        kind: monitor.kind,
        severity: monitor.severity,
        intervalSeconds: monitor.intervalSeconds,
      })),
    })),
  };
}
