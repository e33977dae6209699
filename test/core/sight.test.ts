import { describe, expect, it } from 'vitest';
import type { Failure, Observation } from '../../core/observation.ts';
import type { CheckResult } from '../../core/run.ts';
import { blindness, hostOf, isUnseen, ownResult, pointsAtUs, unseen, wasMade } from '../../core/sight.ts';
import { checkResult, httpMonitor, START } from '../support/monitoring.ts';

const observation = (failure?: Failure, connected = false): Observation => ({
  startedAt: START,
  connected,
  ...(failure !== undefined && { failure }),
  timings: { totalMs: 1 },
  attempts: 1,
});

describe('a failure points at us', () => {
  it.each<[string, Failure]>([
    ['when no route leads out', { reason: 'connect', code: 'ENETUNREACH', detail: '' }],
    ['when no resolver answers', { reason: 'dns', code: 'ETIMEOUT', detail: '' }],
    ['when the resolver refuses the connection', { reason: 'dns', code: 'ECONNREFUSED', detail: '' }],
    ['when the resolver cannot resolve anything', { reason: 'dns', code: 'ESERVFAIL', detail: '' }],
    ['when nothing answers before a connection stands', { reason: 'timeout', phase: 'connect', detail: '' }],
  ])('%s', (_, failure) => expect(pointsAtUs(observation(failure))).toBe(true));
});

describe('a failure does not point at us', () => {
  it.each<[string, Failure | undefined, boolean]>([
    ['when there is none', undefined, true],
    ['when the name does not exist: somebody said so', { reason: 'dns', code: 'ENOTFOUND', detail: '' }, false],
    [
      'when the connection is refused: somebody refused it',
      { reason: 'connect', code: 'ECONNREFUSED', detail: '' },
      false,
    ],
    ['when an answer is slow', { reason: 'timeout', phase: 'firstByte', detail: '' }, true],
    ['when the certificate is refused', { reason: 'tls', code: 'CERT_HAS_EXPIRED', detail: '' }, false],
  ])('%s', (_, failure, connected) => expect(pointsAtUs(observation(failure, connected))).toBe(false));
});

it('a probe that was not made says nothing of our sight', () => {
  expect(wasMade(observation({ reason: 'not-measured', detail: '' }))).toBe(false);
  expect(wasMade(observation({ reason: 'secret', detail: '' }))).toBe(false);
  expect(wasMade(observation({ reason: 'connect', detail: '' }))).toBe(true);
});

describe('the host that a monitor asks', () => {
  const base = httpMonitor('shop');
  it.each([
    ['of http without its port', httpMonitor('shop', { target: 'https://Shop.example:8443/health' }), 'shop.example'],
    ['of http at an address', httpMonitor('shop', { target: 'http://[2001:db8::1]:8080/' }), '[2001:db8::1]'],
    ['of tcp', { ...base, kind: 'tcp', host: '192.0.2.7', port: 5672 } as const, '192.0.2.7'],
    [
      'of dns with a resolver',
      { ...base, kind: 'dns', recordType: 'A', resolver: '192.0.2.53' } as const,
      '192.0.2.53',
    ],
    ['of dns without one', { ...base, kind: 'dns', recordType: 'A' } as const, 'the resolver of the system'],
  ])('%s', (_, monitor, host) => expect(hostOf(monitor)).toBe(host));
});

describe('blindness', () => {
  const dark = (monitor: string): CheckResult => ({ ...checkResult(monitor, START, 'down'), pointsAtUs: true });
  const clear = (monitor: string): CheckResult => checkResult(monitor, START, 'up');
  const hosts: Readonly<Record<string, string>> = { a: 'a.example', a2: 'a.example', b: 'b.example', c: 'c.example' };
  const of = (measured: CheckResult[], ...before: CheckResult[][]) => blindness(measured, before, id => hosts[id]);

  it('is when all probes to two hosts point at us', () => {
    expect(of([dark('a'), dark('b')])).toBe(
      'all 2 probes to 2 hosts failed in a way that points at our own network: [STATUS] == 200 (was 503)',
    );
  });

  it('is not when one of them does not', () => {
    expect(of([dark('a'), dark('b'), clear('c')])).toBeUndefined();
  });

  it('is not when all that failed is one host: that may be the host', () => {
    expect(of([dark('a'), dark('a2')], [clear('b')])).toBeUndefined();
  });

  it('is when one monitor is due at a time and the one before it failed so too', () => {
    expect(of([dark('a')], [dark('b')], [clear('c')])).toMatch(/^all 2 probes to 2 hosts/);
  });

  it('is not when the one before it answered', () => {
    expect(of([dark('a')], [clear('b')], [dark('c')])).toBeUndefined();
  });

  it('is not known when nothing was probed', () => {
    expect(of([], [dark('a'), dark('b')])).toBeUndefined();
  });

  it('takes no heed of monitors that are configured no more', () => {
    expect(of([dark('a')], [dark('gone')])).toBeUndefined();
  });

  it('makes results unknown, which no service is judged by', () => {
    const [result] = unseen([dark('a')], 'no route');
    expect(result).toMatchObject({ verdict: 'unknown', reasons: ['could not look: no route'] });
    expect(result && isUnseen(result)).toBe(true);
    expect(isUnseen({ ...dark('a'), verdict: 'unknown', pointsAtUs: false })).toBe(false);
  });

  it('is what Tocsin says of itself', () => {
    expect(ownResult(3, START, undefined)).toMatchObject({ monitor: '_tocsin.3.sight', verdict: 'up', reasons: [] });
    expect(ownResult(3, START, 'no route')).toMatchObject({ verdict: 'down', reasons: ['no route'] });
  });
});
