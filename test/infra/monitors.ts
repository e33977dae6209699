import type { Config, HttpMonitor, Service } from '../../core/config/model.ts';
import { DEFAULT_PAGING } from '../../core/config/paging.ts';

export function httpMonitor(more: Partial<HttpMonitor> = {}): HttpMonitor {
  return {
    kind: 'http',
    id: 'web',
    name: 'Web',
    service: 'web',
    target: 'https://www.example.org/',
    method: 'GET',
    headers: {},
    redirects: 0,
    insecureTls: false,
    intervalSeconds: 60,
    timeoutMs: 10_000,
    retries: 0,
    conditions: [],
    degraded: [],
    failureThreshold: 3,
    recoveryThreshold: 2,
    severity: 'critical',
    allowPrivate: false,
    tags: [],
    ...more,
  };
}

export function configOf(monitors: Service['monitors'], shards = 1): Config {
  return { shards, services: [{ id: 'web', name: 'Web', dependsOn: [], shard: 0, monitors }], paging: DEFAULT_PAGING };
}
