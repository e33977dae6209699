import type { HttpMonitor } from '../../core/config/model.ts';

/** A monitor of a page on loopback, as plain as can be. */
export function benchMonitor(target: string): HttpMonitor {
  return {
    id: 'bench',
    name: 'bench',
    service: 'bench',
    kind: 'http',
    target,
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
    allowPrivate: true,
    tags: [],
  };
}
