import { describe, expect, it } from 'vitest';
import { emptyState, toState } from '../../core/state.ts';
import { step } from '../../core/step.ts';
import { decisionsOf, httpMonitor, lastState, MINUTE, play, START, service } from '../support/monitoring.ts';

const shop = service('shop');
const both = service('shop', [httpMonitor('web'), httpMonitor('queue', { severity: 'critical' })]);

describe('a service of one monitor', () => {
  it.each([
    ['opens after three failures in a row', 'uddd', 'none none none opened'],
    ['opens at once when it was never seen up, after three failures', 'ddd', 'none none opened'],
    ['does not open when a success comes between', 'uddudd', 'none none none none none none'],
    ['stays quiet while it stays down', 'udddddd', 'none none none opened none none none'],
    ['resolves after two successes in a row', 'uddduu', 'none none none opened none resolved'],
    ['does not resolve on a single success', 'uddduddu', 'none none none opened none none none none'],
    ['opens anew after it resolved', 'uddduuddd', 'none none none opened none resolved none none opened'],
    ['counts on over results that are unknown', 'ud?d?d', 'none none none none none opened'],
    ['does not resolve on unknown results', 'uddd????', 'none none none opened none none none none'],
    ['opens when it cannot be looked at for as long as that', 'u???', 'none none none opened'],
    ['resolves when it can be looked at again', 'u???u', 'none none none opened resolved'],
    ['does not resolve when it can be looked at and is down', 'u???ddd', 'none none none opened none none none'],
    ['does not open for a look that failed now and then', 'u??u??u', 'none none none none none none none'],
    ['does not open when degraded', 'uggggg', 'none none none none none none'],
    ['resolves when it comes back degraded', 'udddgg', 'none none none opened none resolved'],
  ])('%s', (_, letters, decisions) => {
    expect(decisionsOf(play(shop, { shop: letters }))).toBe(decisions);
  });

  it.each([
    ['up after a first success', 'u', 'up'],
    ['unknown when it could not be looked at for long', 'u???', 'unknown'],
    ['unknown until the threshold when it begins with failures', 'dd', 'unknown'],
    ['up while failures are being counted', 'udd', 'up'],
    ['down at the threshold', 'uddd', 'down'],
    ['down until the successes suffice', 'udddu', 'down'],
    ['up when they do', 'uddduu', 'up'],
    ['degraded at the threshold', 'uggg', 'degraded'],
    ['degraded when trouble of both kinds reaches the threshold', 'ugdg', 'degraded'],
    ['degraded until the successes suffice', 'ugggu', 'degraded'],
    ['up again after two successes', 'ugggu' + 'u', 'up'],
    ['degraded when it returns degraded', 'udddgg', 'degraded'],
  ])('is %s', (_, letters, status) => {
    expect(lastState(play(shop, { shop: letters })).monitors.shop?.status).toBe(status);
  });

  it('dates trouble from the first failure and recovery from the first success', () => {
    const outcomes = play(shop, { shop: 'uddduu' });
    expect(outcomes[3]?.state.incident?.alerts[0]?.sinceAt).toBe(START + MINUTE);
    expect(outcomes[5]?.state.monitors.shop?.sinceAt).toBe(START + 4 * MINUTE);
  });

  it('names the incident by its service and opening slot', () => {
    expect(lastState(play(shop, { shop: 'uddd' })).incident?.id).toBe('shop-20261120T100300Z');
  });

  it('gives back the same state when nothing changes, so that a healthy service costs no write', () => {
    const outcomes = play(shop, { shop: 'uuuu' });
    expect(outcomes[3]?.state).toBe(outcomes[0]?.state);
  });

  it('gives back the same state when it has been down for long', () => {
    const outcomes = play(shop, { shop: 'd'.repeat(40) });
    expect(outcomes[39]?.state).toBe(outcomes[30]?.state);
  });

  it('survives being written and read', () => {
    const state = lastState(play(shop, { shop: 'uddduuddd' }));
    expect(toState(JSON.parse(JSON.stringify(state)))).toEqual(state);
  });
});

describe('slots', () => {
  const before = lastState(play(shop, { shop: 'udd' }));
  const again = (slotAt: number) =>
    step({
      service: shop,
      state: before,
      slotAt,
      results: [{ monitor: 'shop', slotAt, verdict: 'down', reasons: [], phases: {}, pointsAtUs: false }],
      history: () => [],
      now: slotAt,
    });

  it('a repeated slot counts once (failure 6)', () => {
    expect(again(START + 2 * MINUTE).state).toBe(before);
  });

  it('a slot older than the last one changes nothing (failure 7)', () => {
    expect(again(START + MINUTE).state).toBe(before);
  });

  it('a deploy while two of three failures are counted pages on the third (failure 10)', () => {
    const stored = toState(JSON.parse(JSON.stringify(before)));
    expect(decisionsOf(play(shop, { shop: 'd' }, stored, START + 3 * MINUTE))).toBe('opened');
  });

  it('a deploy while it is down pages nobody again (failure 11)', () => {
    const down = toState(JSON.parse(JSON.stringify(lastState(play(shop, { shop: 'uddd' })))));
    expect(decisionsOf(play(shop, { shop: 'dd' }, down, START + 4 * MINUTE))).toBe('none none');
  });
});

describe('a service of several monitors', () => {
  it('has one incident: a second alert joins it', () => {
    const outcomes = play(both, { queue: 'uddddd', web: 'uuuddd' });
    expect(decisionsOf(outcomes)).toBe('none none none opened none joined');
    expect(lastState(outcomes).incident?.alerts.map(alert => alert.monitor)).toEqual(['web', 'queue']);
    expect(lastState(outcomes).outbox.map(entry => entry.event)).toEqual(['opened']);
  });

  it('is paged again when an alert raises the severity', () => {
    const outcomes = play(both, { web: 'uddddd', queue: 'uuuddd' });
    expect(decisionsOf(outcomes)).toBe('none none none opened none joined+raised');
    expect(lastState(outcomes).incident?.severity).toBe('critical');
    expect(lastState(outcomes).outbox.map(({ key, event }) => `${key} ${event}`)).toEqual([
      'shop-20261120T100300Z.1 opened',
      'shop-20261120T100300Z.2 raised',
    ]);
  });

  it('resolves with its last alert', () => {
    const outcomes = play(both, { web: 'ddduuuuu', queue: 'dddddduu' });
    expect(decisionsOf(outcomes)).toBe('none none opened none left none none resolved');
  });

  it('ends an incident whose monitor is no longer watched', () => {
    const down = lastState(play(shop, { shop: 'ddd' }));
    const outcomes = play({ ...shop, monitors: [] }, { nothing: 'u' }, down, START + 3 * MINUTE);
    expect(decisionsOf(outcomes)).toBe('resolved');
    expect(lastState(outcomes).outbox.at(-1)?.page.resolvedBecause).toBe('shop is no longer watched');
  });

  it('keeps the timeline of a resolved incident until it is on record', () => {
    const [closed] = lastState(play(shop, { shop: 'ddduu' })).closed;
    expect(closed?.timeline.map(({ event, text }) => `${event}: ${text}`)).toEqual([
      'opened: shop is down: [STATUS] == 200 (was 503)',
      'alert-left: shop is no longer down',
      'resolved: all monitors are well again',
    ]);
  });
});

describe('a timeline', () => {
  it('is bounded: how it began and what came last is kept, what is between is counted (failure 16)', () => {
    let state = lastState(play(both, { web: 'dddd', queue: 'uuuu' }));
    for (let round = 0; round < 500; round++) {
      const at = START + (10 + round * 40) * MINUTE;
      state = lastState(play(both, { web: 'd'.repeat(40), queue: `ddd${'u'.repeat(37)}` }, state, at));
    }
    expect(state.incident?.timeline).toHaveLength(50);
    expect(state.incident?.timeline[0]?.event).toBe('opened');
    expect(state.incident?.omitted).toBeGreaterThan(900);
    expect(JSON.stringify(state).length).toBeLessThan(50_000);
  });
});

it('a service without results stays as it was never seen', () => {
  const state = emptyState('shop');
  const input = { service: shop, slotAt: START, results: [], history: () => [], now: START };
  expect(step({ ...input, state }).state).toBe(state);
});
