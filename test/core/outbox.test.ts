import { describe, expect, it } from 'vitest';
import { accepted, claimed, plan, recordable, recorded, refused } from '../../core/outbox.ts';
import { lastState, play, START, service } from '../support/monitoring.ts';

const shop = service('shop');
const opened = lastState(play(shop, { shop: 'ddd' }));
const resolved = lastState(play(shop, { shop: 'ddduu' }));
const [OPEN, RESOLVE] = ['shop-20261120T100200Z.1', 'shop-20261120T100200Z.2'];
const later = START + 600_000;
const words = (state: typeof opened, now: number, me: string) =>
  plan(state, now, me).map(({ entry, waiting }) => `${entry.key}: ${waiting ?? 'goes out'}`);

describe('plan', () => {
  it('lets the writer of a message send it at once', () => {
    expect(words(opened, START + 130_000, 'test')).toEqual([`${OPEN}: goes out`]);
  });

  it('keeps others from sending it while its writer may be at it (failure 13)', () => {
    expect(words(opened, START + 130_000, 'another')).toEqual([`${OPEN}: claimed by another`]);
  });

  it('lets anybody send it once the claim has run out (failures 2 and 5)', () => {
    expect(words(opened, later, 'another')).toEqual([`${OPEN}: goes out`]);
  });

  it('never lets resolve overtake open', () => {
    expect(words(resolved, later, 'another')).toEqual([`${OPEN}: goes out`, `${RESOLVE}: behind an earlier message`]);
  });

  it('lets resolve go once open was accepted', () => {
    expect(words(accepted(resolved, OPEN, 'id 1', later), later, 'another')).toEqual([`${RESOLVE}: goes out`]);
  });

  it('does not send an outbox entry that was claimed anew', () => {
    const taken = claimed(opened, OPEN, { by: 'first', untilAt: later + 30_000 }, later);
    expect(words(taken, later, 'second')).toEqual([`${OPEN}: claimed by another`]);
  });
});

describe('accepted', () => {
  it('removes the message and notes in the timeline that it was paged', () => {
    const state = accepted(opened, OPEN, 'SNS message 7', later);
    expect(state.outbox).toEqual([]);
    expect(state.incident?.timeline.at(-1)).toEqual({
      at: later,
      event: 'paged',
      text: 'opened: accepted, SNS message 7',
    });
  });

  it('changes nothing when the message is gone already', () => {
    const state = accepted(opened, OPEN, 'id', later);
    expect(accepted(state, OPEN, 'id', later)).toBe(state);
  });
});

describe('refused', () => {
  it('keeps the message, counts the attempt and frees the claim (failures 3 and 9)', () => {
    const state = refused(opened, OPEN, 'no route', later);
    expect(state.outbox[0]).toMatchObject({ key: OPEN, attempts: 1, lastError: 'no route' });
    expect(words(state, later, 'another')).toEqual([`${OPEN}: goes out`]);
  });

  it('notes only the first refusal in the timeline', () => {
    const state = refused(refused(opened, OPEN, 'no route', later), OPEN, 'no route', later + 1);
    expect(state.incident?.timeline.filter(({ event }) => event === 'page-failed')).toHaveLength(1);
    expect(state.outbox[0]?.attempts).toBe(2);
  });
});

describe('the record', () => {
  it('waits until all messages of the incident are accepted', () => {
    expect(recordable(resolved)).toEqual([]);
    const open = accepted(resolved, OPEN, 'id', later);
    expect(recordable(open)).toEqual([]);
    expect(recordable(accepted(open, RESOLVE, 'id', later)).map(({ id }) => id)).toEqual(['shop-20261120T100200Z']);
  });

  it('is all that is left of the incident once written', () => {
    const done = accepted(accepted(resolved, OPEN, 'id', later), RESOLVE, 'id', later);
    expect(recorded(done, 'shop-20261120T100200Z').closed).toEqual([]);
  });
});
