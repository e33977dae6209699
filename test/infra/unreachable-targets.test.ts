import { describe, expect, it } from 'vitest';
import type { Monitor } from '../../core/config/model.ts';
import { unreachableTargets } from '../../infra/unreachable-targets.ts';
import { configOf, httpMonitor } from './monitors.ts';

const {
  target: _target,
  method: _method,
  headers: _headers,
  redirects: _redirects,
  kind: _kind,
  ...base
} = httpMonitor();
const tcp = (host: string): Monitor => ({ ...base, kind: 'tcp', host, port: 80 });
const dns = (resolver?: string): Monitor => ({
  ...base,
  kind: 'dns',
  target: 'localhost',
  recordType: 'A',
  ...(resolver !== undefined && { resolver }),
});

const hosts = (monitor: Monitor) => unreachableTargets(configOf([monitor])).map(({ host }) => host);

describe('a target that a function cannot reach', () => {
  it.each<[string, Monitor, string]>([
    ['is loopback by name', httpMonitor({ target: 'http://localhost:9000/' }), 'localhost'],
    ['is loopback by address', httpMonitor({ target: 'http://127.0.0.1:9000/' }), '127.0.0.1'],
    ['is loopback in version 6', httpMonitor({ target: 'http://[::1]:9000/' }), '[::1]'],
    ['is private', tcp('10.1.2.3'), '10.1.2.3'],
    ['is private, of the middle range', tcp('172.31.0.1'), '172.31.0.1'],
    ['is link-local', tcp('169.254.169.254'), '169.254.169.254'],
    ['is a private resolver with a port', dns('192.168.1.1:53'), '192.168.1.1'],
  ])('%s', (_name, monitor, host) => {
    expect(hosts(monitor)).toEqual([host]);
  });

  it.each<[string, Monitor]>([
    ['a public name', httpMonitor()],
    ['a public address', tcp('93.184.216.34')],
    ['an address just outside the private range', tcp('172.32.0.1')],
    ['a name that is only asked about', dns()],
    ['a target behind a reference', httpMonitor({ target: `https://\${ssm:/host}/` })],
  ])('is not %s', (_name, monitor) => {
    expect(hosts(monitor)).toEqual([]);
  });
});
