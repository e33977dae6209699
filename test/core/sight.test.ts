import { describe, expect, it } from 'vitest';
import type { Failure, Observation } from '../../core/observation.ts';
import { blindness, ownResults } from '../../core/sight.ts';
import { checkResult, START } from '../support/monitoring.ts';

const failing = (failure: Failure, connected = false): Observation => ({
  startedAt: START,
  connected,
  failure,
  timings: { totalMs: 1 },
  attempts: 1,
});
const seen = (...observations: Observation[]) =>
  observations.map((observation, index) => ({ monitor: `m${index}`, host: `h${index}`, observation }));

const noRoute = failing({ reason: 'connect', code: 'ENETUNREACH', detail: 'no route' });
const noDns = failing({ reason: 'dns', code: 'ETIMEOUT', detail: 'the resolver did not answer' });
const noAnswer = failing({ reason: 'timeout', phase: 'connect', detail: 'no answer' });
const up: Observation = { startedAt: START, connected: true, status: 200, timings: { totalMs: 1 }, attempts: 1 };

describe('a run is blind', () => {
  it.each([
    ['when no route leads out', [noRoute, noRoute]],
    ['when no resolver answers', [noDns, noDns]],
    ['when nothing answers before a connection stands', [noAnswer, noAnswer]],
    ['when it fails in several of these ways', [noRoute, noDns, noAnswer]],
    ['when all that was asked failed so', [noRoute, noRoute, failing({ reason: 'not-measured', detail: '' })]],
  ])('%s', (_, observations) => {
    expect(blindness(seen(...observations))).toMatch(
      /^all \d probes to \d hosts failed in a way that points at our own/,
    );
  });
});

describe('a run sees', () => {
  it.each([
    ['when one of many answers', [noRoute, noRoute, up]],
    [
      'when names do not exist: somebody said so',
      [1, 2].map(() => failing({ reason: 'dns', code: 'ENOTFOUND', detail: '' })),
    ],
    [
      'when connections are refused: somebody refused',
      [1, 2].map(() => failing({ reason: 'connect', code: 'ECONNREFUSED', detail: '' })),
    ],
    ['when answers are slow', [1, 2].map(() => failing({ reason: 'timeout', phase: 'firstByte', detail: '' }, true))],
    ['when nothing was asked', [failing({ reason: 'not-measured', detail: '' })]],
    ['when there was nothing to ask', []],
  ])('%s', (_, observations) => {
    expect(blindness(seen(...observations))).toBeUndefined();
  });

  it('when all that failed is one host: that may be the host', () => {
    const observations = seen(noRoute, noRoute).map(each => ({ ...each, host: 'same' }));
    expect(blindness(observations)).toBeUndefined();
  });
});

describe('what Tocsin says of itself', () => {
  const unknown = { ...checkResult('shop', START, 'unknown'), reasons: ['${ssm:/shop/token} could not be read'] };

  it('is up when everything was looked at', () => {
    const own = ownResults(0, START, [checkResult('shop', START, 'down')], undefined);
    expect(own.map(({ monitor, verdict }) => `${monitor} ${verdict}`)).toEqual([
      '_tocsin.0.sight up',
      '_tocsin.0.coverage up',
    ]);
  });

  it('names what could not be looked at', () => {
    const coverage = ownResults(0, START, [unknown, checkResult('search', START, 'up')], undefined).at(-1);
    expect(coverage).toMatchObject({ verdict: 'down', reasons: ['shop: ${ssm:/shop/token} could not be read'] });
  });

  it('says nothing of coverage while it is blind', () => {
    expect(ownResults(0, START, [unknown], 'blind').map(({ monitor }) => monitor)).toEqual(['_tocsin.0.sight']);
  });
});
