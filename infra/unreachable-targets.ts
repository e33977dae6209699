import { BlockList, isIP } from 'node:net';
import type { Config, Monitor } from '../core/config/model.ts';

/** A monitor whose target only the machine or network it stands in can reach. */
export interface UnreachableTarget {
  readonly monitorId: string;
  readonly host: string;
}

/** The monitors that a function outside any VPC cannot reach: their hosts are loopback, link-local or private, literally. */
export function unreachableTargets(config: Config): readonly UnreachableTarget[] {
  return config.services
    .flatMap(service => service.monitors)
    .map(monitor => ({ monitorId: monitor.id, host: hostOf(monitor) }))
    .filter(({ host }) => isLocal(host));
}

function hostOf(monitor: Monitor): string {
  switch (monitor.kind) {
    case 'http':
      return URL.canParse(monitor.target) ? new URL(monitor.target).hostname : monitor.target;
    case 'tcp':
    case 'tls':
      return monitor.host;
    case 'dns':
      // The name itself is only asked about; what must be reached is the server.
      return monitor.resolver === undefined ? '' : withoutPort(monitor.resolver);
    default:
      return monitor satisfies never;
  }
}

function withoutPort(address: string): string {
  return isIP(address) !== 0 ? address : address.replace(/:\d+$/, '');
}

function isLocal(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '').toLowerCase();
  if (bare === 'localhost' || bare.endsWith('.localhost')) return true;
  const family = isIP(bare);
  return family !== 0 && LOCAL.check(bare, family === 6 ? 'ipv6' : 'ipv4');
}

/** Only good for a warning: what may be probed is decided at probe time, on the bytes of the address. */
const LOCAL = new BlockList();
for (const [network, prefix] of [
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['169.254.0.0', 16],
] as const) {
  LOCAL.addSubnet(network, prefix, 'ipv4');
}
LOCAL.addAddress('::1', 'ipv6');
LOCAL.addSubnet('fc00::', 7, 'ipv6');
LOCAL.addSubnet('fe80::', 10, 'ipv6');
