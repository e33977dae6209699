import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseCondition } from '../../core/condition/parse.ts';
import type { Monitor } from '../../core/config/model.ts';
import type { Failure, Observation } from '../../core/observation.ts';
import { verdict } from '../../core/verdict.ts';
import { observed, validForHours } from './condition/observation.ts';

function conditions(...lines: readonly string[]) {
  return lines.map(line => {
    const parsed = parseCondition(line);
    if (!parsed.ok) throw new Error(`"${line}" ${parsed.problem}`);
    return parsed.condition;
  });
}

const BASE = {
  id: 'shop',
  name: 'Shop',
  service: 'shop',
  intervalSeconds: 60,
  timeoutMs: 5000,
  retries: 0,
  conditions: [],
  degraded: [],
  failureThreshold: 3,
  recoveryThreshold: 2,
  severity: 'error',
  allowPrivate: false,
  tags: [],
} as const;

type Judged = Pick<Partial<Monitor>, 'conditions' | 'degraded'>;
const OPTIONS = { method: 'GET', headers: {}, redirects: 5, insecureTls: false };
const http = (judged: Judged = {}): Monitor => {
  return { ...BASE, ...OPTIONS, kind: 'http', target: 'https://shop.example', ...judged };
};
const tcp = (judged: Judged = {}): Monitor => ({ ...BASE, kind: 'tcp', host: 'db', port: 5432, ...judged });
const tls = (judged: Judged = {}): Monitor => {
  return { ...BASE, kind: 'tls', host: 'shop.example', port: 443, insecureTls: false, ...judged };
};
const dns = (judged: Judged = {}): Monitor => {
  return { ...BASE, kind: 'dns', target: 'shop.example', recordType: 'A', ...judged };
};

const failing = (reason: Failure['reason'], detail: string, more: Partial<Failure> = {}): Partial<Observation> => {
  return { connected: false, failure: { reason, detail, ...more } };
};

/** `up`, or the verdict and its reasons. */
function said(monitor: Monitor, facts: Partial<Observation>): string {
  const { verdict: word, reasons } = verdict(monitor, observed(facts));
  return [word, ...reasons].join(' | ');
}

describe('without conditions,', () => {
  test.each<readonly [string, Monitor, Partial<Observation>, string]>([
    ['http with 200 is up', http(), { status: 200 }, 'up'],
    ['http with 399 is up', http(), { status: 399 }, 'up'],
    ['http with 503 is down', http(), { status: 503 }, 'down | [STATUS] within 200–399 (was 503)'],
    ['http with 199 is down', http(), { status: 199 }, 'down | [STATUS] within 200–399 (was 199)'],
    ['http without an answer is down', http(), {}, 'down | [STATUS] within 200–399 (was missing)'],
    ['http is not judged by its certificate', http(), { status: 200, certificate: validForHours(3) }, 'up'],
    ['tcp that connects is up', tcp(), {}, 'up'],
    ['tcp that does not is down', tcp(), { connected: false }, 'down | [CONNECTED] == true (was false)'],
    ['tls with more than 7 days is up', tls(), { certificate: validForHours(169) }, 'up'],
    [
      'tls with 7 days is down',
      tls(),
      { certificate: validForHours(168) },
      'down | [CERTIFICATE_EXPIRATION] > 7d (was 7d)',
    ],
    [
      'tls with less is down',
      tls(),
      { certificate: validForHours(76) },
      'down | [CERTIFICATE_EXPIRATION] > 7d (was 3d 4h)',
    ],
    ['dns with NOERROR is up', dns(), { dns: { rcode: 'NOERROR', answers: [] } }, 'up'],
    [
      'dns with NXDOMAIN is down',
      dns(),
      { dns: { rcode: 'NXDOMAIN', answers: [] } },
      'down | [DNS_RCODE] == NOERROR (was NXDOMAIN)',
    ],
  ])('%s', (_, monitor, facts, expected) => {
    expect(said(monitor, facts)).toBe(expected);
  });
});

describe('with conditions,', () => {
  const both = http({
    conditions: conditions('[STATUS] == 200', '[BODY].status == UP'),
    degraded: conditions('[RESPONSE_TIME] < 300'),
  });
  const body = '{"status":"UP"}';

  test.each<readonly [string, Monitor, Partial<Observation>, string]>([
    ['all of them hold: up', both, { status: 200, body }, 'up'],
    [
      'each that fails is a reason',
      both,
      { status: 500, body: '{}' },
      'down | [STATUS] == 200 (was 500) | [BODY].status == UP (was missing)',
    ],
    ['they replace the default', http({ conditions: conditions('[STATUS] == 503') }), { status: 503 }, 'up'],
    [
      'only a degraded one fails: degraded',
      both,
      { status: 200, body, timings: { totalMs: 512 } },
      'degraded | [RESPONSE_TIME] < 300 (was 512)',
    ],
    ['down hides degraded', both, { status: 500, body, timings: { totalMs: 512 } }, 'down | [STATUS] == 200 (was 500)'],
    [
      'degraded works without others',
      tcp({ degraded: conditions('[RESPONSE_TIME] < 10') }),
      {},
      'degraded | [RESPONSE_TIME] < 10 (was 50)',
    ],
  ])('%s', (_, monitor, facts, expected) => {
    expect(said(monitor, facts)).toBe(expected);
  });
});

describe('when the probe failed,', () => {
  const strict = conditions('[STATUS] == 200', '[RESPONSE_TIME] < 300', '[CONNECTED] == true');
  const closed = conditions('[CONNECTED] == false');
  const refused = failing('connect', 'connection refused by 192.0.2.7:443', { code: 'ECONNREFUSED' });
  const timeout = failing('timeout', 'no answer within 5000 ms', { phase: 'firstByte' });
  const expired = { ...failing('tls', 'the certificate expired'), certificate: validForHours(-49) };

  test.each<readonly [string, Monitor, Partial<Observation>, string]>([
    ['the reason leads', http(), refused, 'down | no connection: connection refused by 192.0.2.7:443'],
    [
      'a timeout tells what was waited for',
      http(),
      timeout,
      'down | timeout: no answer within 5000 ms (waiting for the first byte)',
    ],
    [
      'the phase is not told twice',
      http(),
      failing('timeout', 'connecting took too long', { phase: 'connect' }),
      'down | timeout: connecting took too long',
    ],
    [
      'conditions that only repeat it are left out',
      http({ conditions: strict }),
      refused,
      'down | no connection: connection refused by 192.0.2.7:443',
    ],
    [
      'conditions that tell more are not',
      http({ conditions: strict }),
      { ...failing('closed', 'closed early'), status: 500 },
      'down | connection lost: closed early | [STATUS] == 200 (was 500)',
    ],
    [
      'a certificate is judged too',
      tls(),
      expired,
      'down | TLS: the certificate expired | [CERTIFICATE_EXPIRATION] > 7d (was expired 2d 1h ago)',
    ],
    [
      'holding conditions do not help',
      http({ conditions: conditions('[IP] != 10.0.0.1') }),
      { ...refused, ip: '192.0.2.7' },
      'down | no connection: connection refused by 192.0.2.7:443',
    ],
    ['unless no connection is what was wished for', tcp({ conditions: closed }), refused, 'up'],
    [
      'but a connection is not what was wished for',
      tcp({ conditions: closed }),
      { connected: true },
      'down | [CONNECTED] == false (was true)',
    ],
    [
      'nor a refusal of ours',
      tcp({ conditions: closed }),
      failing('denied', '10.0.0.1 is private'),
      'down | denied: 10.0.0.1 is private',
    ],
    [
      'a wish for a connection does not excuse what came after',
      tcp({ conditions: conditions('[CONNECTED] == true') }),
      { ...failing('expect', 'the expected text did not come'), connected: true },
      'down | unexpected answer: the expected text did not come',
    ],
    [
      'nothing asked for want of a secret is unknown',
      http(),
      failing('secret', 'the secret cannot be read'),
      'unknown | not asked: the secret cannot be read',
    ],
    [
      'nothing asked for want of time is unknown',
      http(),
      failing('not-measured', 'the run had no time left'),
      'unknown | not measured: the run had no time left',
    ],
  ])('%s', (_, monitor, facts, expected) => {
    expect(said(monitor, facts)).toBe(expected);
  });
});

test('a verdict that is not up always has a reason, and up has none', () => {
  const monitors = [http(), tcp(), tls(), dns(), http({ degraded: conditions('[RESPONSE_TIME] < 300') })];
  const facts = fc.record({
    connected: fc.boolean(),
    status: fc.option(fc.integer({ min: 100, max: 599 }), { nil: undefined }),
    timings: fc.record({ totalMs: fc.float({ min: 0, noNaN: true }) }),
    failure: fc.option(
      fc.record({ reason: fc.constantFrom<Failure['reason']>('dns', 'secret', 'timeout'), detail: fc.string() }),
      {
        nil: undefined,
      },
    ),
  });
  fc.assert(
    fc.property(fc.constantFrom(...monitors), facts, (monitor, observation) => {
      const { verdict: word, reasons } = verdict(monitor, observed(observation));
      expect(reasons.length === 0).toBe(word === 'up');
    }),
  );
});
