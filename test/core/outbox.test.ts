import { describe, expect, it } from 'vitest';
import { accepted, claimed, plan, recordable, recorded, refused, withoutChannels } from '../../core/outbox.ts';
import { lastState, play, START, service, TOPIC_POLICY } from '../support/monitoring.ts';

const shop = service('shop');
const opened = lastState(play(shop, { shop: 'ddd' }));
const resolved = lastState(play(shop, { shop: 'ddduu' }));
const [OPEN, RESOLVE] = ['shop-20261120T100200Z.1', 'shop-20261120T100200Z.2'];
const later = START + 600_000;
const words = (state: typeof opened, now: number, me: string) =>
  plan(state, now, me).map(({ entry, delivery, waiting }) => {
    const to = delivery.channel === 'topic' ? '' : ` to ${delivery.channel}`;
    return `${entry.key}${to}: ${waiting ?? 'goes out'}`;
  });

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
    expect(words(accepted(resolved, OPEN, 'topic', 'id 1', later), later, 'another')).toEqual([`${RESOLVE}: goes out`]);
  });

  it('does not send an outbox entry that was claimed anew', () => {
    const taken = claimed(opened, [OPEN], { by: 'first', untilAt: later + 30_000 }, later);
    expect(words(taken, later, 'second')).toEqual([`${OPEN}: claimed by another`]);
  });
});

describe('accepted', () => {
  it('removes the message and notes in the timeline that it was paged', () => {
    const state = accepted(opened, OPEN, 'topic', 'SNS message 7', later);
    expect(state.outbox).toEqual([]);
    expect(state.incident?.timeline.at(-1)).toEqual({
      at: later,
      event: 'paged',
      text: 'opened to topic: SNS message 7',
    });
  });

  it('changes nothing when the message is gone already', () => {
    const state = accepted(opened, OPEN, 'topic', 'id', later);
    expect(accepted(state, OPEN, 'topic', 'id', later)).toBe(state);
  });
});

describe('refused', () => {
  const no = { error: 'no route' };
  const times = (count: number) => {
    let state = opened;
    for (let attempt = 0; attempt < count; attempt++) state = refused(state, OPEN, 'topic', no, later + attempt);
    return state;
  };

  it('keeps the message and counts the attempt (failures 3 and 9)', () => {
    expect(times(1).outbox[0]?.to).toEqual([{ channel: 'topic', attempts: 1, lastError: 'no route' }]);
    expect(words(times(1), later, 'another')).toEqual([`${OPEN}: goes out`]);
  });

  it('notes only the first refusal in the timeline', () => {
    expect(times(2).incident?.timeline.filter(({ event }) => event === 'page-failed')).toHaveLength(1);
  });

  it('asks a channel that refuses for good only every five minutes', () => {
    const state = refused(opened, OPEN, 'topic', { error: 'no such channel', permanent: true }, later);
    expect(words(state, later + 299_999, 'another')).toEqual([`${OPEN}: told to wait`]);
    expect(words(state, later + 300_000, 'another')).toEqual([`${OPEN}: goes out`]);
  });

  it("waits as long as the channel asks, and says that it waits for the channel's sake", () => {
    const state = refused(opened, OPEN, 'topic', { error: 'slow down', retryAfterMs: 90_000 }, later);
    expect(words(state, later + 89_999, 'another')).toEqual([`${OPEN}: told to wait`]);
    expect(words(state, later + 90_000, 'another')).toEqual([`${OPEN}: goes out`]);
  });
});

describe('several channels', () => {
  const both = lastState(
    play(shop, { shop: 'ddd' }, undefined, undefined, {
      ...TOPIC_POLICY,
      route: () => ({ match: {}, channels: ['topic', 'chat'], escalate: [], notifyOnResolve: true }),
    }),
  );

  it('each get the message, and one that is away holds up no other', () => {
    const state = refused(both, OPEN, 'chat', { error: 'away', retryAfterMs: 60_000 }, later);
    expect(words(state, later, 'another')).toEqual([`${OPEN}: goes out`, `${OPEN} to chat: told to wait`]);
  });

  it('each accept for themselves: the message leaves with the last', () => {
    const one = accepted(both, OPEN, 'chat', 'ok', later);
    expect(words(one, later, 'another')).toEqual([`${OPEN}: goes out`]);
    expect(accepted(one, OPEN, 'topic', 'ok', later).outbox).toEqual([]);
  });

  it('that are configured no more are owed nothing', () => {
    expect(
      words(
        withoutChannels(both, id => id === 'topic', later),
        later,
        'another',
      ),
    ).toEqual([`${OPEN}: goes out`]);
    expect(withoutChannels(both, () => true, later)).toBe(both);
  });

  it('that are configured no more and were the only ones told make the incident be told anew', () => {
    const state = withoutChannels(opened, () => false, later);
    expect([state.outbox, state.incident?.told]).toEqual([[], undefined]);
    expect(state.incident?.timeline.at(-1)).toMatchObject({ event: 'superseded', text: 'topic is configured no more' });
  });
});

describe('the record', () => {
  it('waits until all messages of the incident are accepted', () => {
    expect(recordable(resolved)).toEqual([]);
    const open = accepted(resolved, OPEN, 'topic', 'id', later);
    expect(recordable(open)).toEqual([]);
    expect(recordable(accepted(open, RESOLVE, 'topic', 'id', later)).map(({ id }) => id)).toEqual([
      'shop-20261120T100200Z',
    ]);
  });

  it('is all that is left of the incident once written', () => {
    const done = accepted(accepted(resolved, OPEN, 'topic', 'id', later), RESOLVE, 'topic', 'id', later);
    expect(recorded(done, 'shop-20261120T100200Z').closed).toEqual([]);
  });
});
