import type { DnsMonitor, HttpMonitor, TcpMonitor, TlsMonitor } from '../../core/config/model.ts';

const BASE = {
  id: 'shop',
  name: 'Shop',
  service: 'shop',
  intervalSeconds: 60,
  timeoutMs: 5_000,
  retries: 0,
  conditions: [],
  degraded: [],
  failureThreshold: 3,
  recoveryThreshold: 2,
  severity: 'critical',
  // All targets of the tests are on loopback.
  allowPrivate: true,
  tags: [],
} as const;

export function httpMonitor(target: string, more: Partial<HttpMonitor> = {}): HttpMonitor {
  return { ...BASE, kind: 'http', target, method: 'GET', headers: {}, redirects: 0, insecureTls: false, ...more };
}

export function tcpMonitor(port: number, more: Partial<TcpMonitor> = {}): TcpMonitor {
  return { ...BASE, kind: 'tcp', host: '127.0.0.1', port, ...more };
}

export function tlsMonitor(host: string, port: number, more: Partial<TlsMonitor> = {}): TlsMonitor {
  return { ...BASE, kind: 'tls', host, port, insecureTls: false, ...more };
}

export function dnsMonitor(target: string, more: Partial<DnsMonitor> = {}): DnsMonitor {
  return { ...BASE, kind: 'dns', target, recordType: 'A', ...more };
}
