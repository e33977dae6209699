import { describe, expect, it } from 'vitest';
import { command } from '../../core/command.ts';
import type { Route } from '../../core/config/paging.ts';
import { accepted } from '../../core/outbox.ts';
import { emptyState, type OutboxEntry, type ServiceState } from '../../core/state.ts';
import { step } from '../../core/step.ts';
import { type Policy, tend } from '../../core/tend.ts';
import { checkResult, httpMonitor, MINUTE, START, service, TOPIC_POLICY } from '../support/monitoring.ts';

const shop = service('shop');
const ROUTE: Route = { match: {}, channels: ['topic'], escalate: [], notifyOnResolve: true };

/** A service whose messages are all accepted, minute by minute. */
class Story {
  state: ServiceState = emptyState('shop');
  policy: Policy = TOPIC_POLICY;
  minute = 0;
  watched = shop;
  readonly told: string[] = [];

  constructor(route: Partial<Route> = {}) {
    this.policy = { ...TOPIC_POLICY, route: () => ({ ...ROUTE, ...route }) };
  }

  /** Plays letters, one a minute; each message is told as `minute event>channels`. */
  play(letters: string): this {
    for (const letter of letters) {
      const slotAt = START + this.minute * MINUTE;
      const verdict = letter === 'd' ? 'down' : 'up';
      const results = this.watched.monitors.map(monitor => checkResult(monitor.id, slotAt, verdict));
      const history = () => results;
      const stepped = step({ service: this.watched, state: this.state, slotAt, results, history, now: slotAt });
      const claim = { by: 'test', untilAt: slotAt };
      this.state = tend({
        service: this.watched,
        state: stepped.state,
        history,
        policy: this.policy,
        now: slotAt,
        claim,
        secondMs: 1000,
      });
      this.deliver();
      this.minute += 1;
    }
    return this;
  }

  deliver(): void {
    for (const entry of this.state.outbox) {
      this.told.push(`${this.minute} ${entry.event}>${entry.to.map(({ channel }) => channel).join('+')}`);
      for (const { channel } of entry.to) this.state = accepted(this.state, entry.key, channel, 'ok', 0);
    }
  }

  order(words: 'acknowledge' | 'resolve', by = 'ada'): string {
    const incident = this.state.incident?.id ?? 'none';
    const now = START + this.minute * MINUTE;
    const outcome = command({ state: this.state, incident, command: { command: words, by }, now });
    if (outcome.outcome !== 'done') return outcome.reason;
    this.state = outcome.state;
    this.deliver();
    return 'done';
  }

  withhold(reason: string | undefined): this {
    this.policy = { ...this.policy, withheld: () => reason };
    return this;
  }
}

const down = (minutes: number) => 'd'.repeat(minutes);
const up = (minutes: number) => 'u'.repeat(minutes);

describe('an incident', () => {
  it('is told when it opens and when it ends', () => {
    expect(new Story().play(down(10) + up(5)).told).toEqual(['2 opened>topic', '11 resolved>topic']);
  });

  it('is reminded of as often as the route says, until it ends', () => {
    const story = new Story({ remindEverySeconds: 600 }).play(down(35) + up(3));
    expect(story.told).toEqual([
      '2 opened>topic',
      '12 reminded>topic',
      '22 reminded>topic',
      '32 reminded>topic',
      '36 resolved>topic',
    ]);
  });

  it('escalates step by step while nobody acknowledges, and tells all of them of its end', () => {
    const escalate = [
      { afterSeconds: 900, to: ['second'] },
      { afterSeconds: 1800, to: ['boss', 'second'] },
    ];
    expect(new Story({ escalate }).play(down(40) + up(3)).told).toEqual([
      '2 opened>topic',
      '17 escalated>second',
      '32 escalated>boss+second',
      '41 resolved>topic+second+boss',
    ]);
  });

  it('is not told the end of when the route wants none, but channels that keep incidents must close them', () => {
    const story = new Story({ channels: ['topic', 'pager'], notifyOnResolve: false });
    story.policy = { ...story.policy, keepsIncidents: channel => channel === 'pager' };
    expect(story.play(down(3) + up(2)).told).toEqual(['2 opened>topic+pager', '4 resolved>pager']);
  });

  it('reminds nobody who has not got the last message', () => {
    const story = new Story({ remindEverySeconds: 300 });
    const deliver = story.deliver;
    story.deliver = () => {};
    story.play(down(60));
    expect(story.state.outbox.map(({ event }) => event)).toEqual(['opened']);
    story.deliver = deliver;
    story.play(down(1));
    expect(story.told).toEqual(['60 opened>topic', '60 reminded>topic'].slice(0, story.told.length));
  });
});

describe('an acknowledged incident', () => {
  const route = {
    remindEverySeconds: 600,
    escalate: [{ afterSeconds: 900, to: ['second'] }],
    channels: ['topic', 'chat'],
  };

  it('is quiet: no reminder, no escalation; those who do not sleep are told who cares', () => {
    const story = new Story(route);
    story.policy = { ...story.policy, hearsAcknowledgements: channel => channel === 'chat' };
    story.play(down(5));
    expect(story.order('acknowledge')).toBe('done');
    story.play(down(60) + up(2));
    expect(story.told).toEqual(['2 opened>topic+chat', '5 acknowledged>chat', '66 resolved>topic+chat']);
  });

  it('is acknowledged once: a repeat finds who did it', () => {
    const story = new Story().play(down(5));
    expect([story.order('acknowledge'), story.order('acknowledge', 'bob')]).toEqual([
      'done',
      'ada has acknowledged it',
    ]);
  });

  it('starts again when the acknowledgement runs out', () => {
    const story = new Story({ ...route, ackTimeoutSeconds: 1800 }).play(down(5));
    story.order('acknowledge');
    story.play(down(1));
    story.told.length = 0;
    story.play(down(59));
    expect(story.told.slice(0, 3)).toEqual([
      '45 reminded>topic+chat',
      '50 escalated>second',
      '60 reminded>topic+chat+second',
    ]);
    expect(story.state.incident?.timeline.map(({ event }) => event)).toContain('acknowledgement-expired');
  });
});

describe('an incident resolved by hand', () => {
  it('ends at once, and what still fails opens none before it was well', () => {
    const story = new Story().play(down(5));
    expect(story.order('resolve')).toBe('done');
    story.play(down(30));
    expect(story.told).toEqual(['2 opened>topic', '5 resolved>topic']);
    story.play(up(20) + down(3));
    expect(story.told.at(-1)).toBe('57 opened>topic');
  });
});

describe('a withheld page', () => {
  it('is noted with its reason, and the state is not hidden', () => {
    const story = new Story().withhold('maintenance: new disks').play(down(5));
    expect(story.told).toEqual([]);
    expect(story.state.monitors.shop?.status).toBe('down');
    expect(story.state.incident?.withheld).toBe('maintenance: new disks');
    expect(story.state.incident?.timeline.map(({ event, text }) => `${event}: ${text}`)).toContain(
      'withheld: maintenance: new disks',
    );
  });

  it('leaves when the reason ends and it is still down (failure 18)', () => {
    const story = new Story().withhold('silenced').play(down(30)).withhold(undefined).play(down(1));
    expect(story.told).toEqual(['30 opened>topic']);
  });

  it('never leaves when it was well before the reason ended, and neither does its end', () => {
    expect(
      new Story()
        .withhold('silenced')
        .play(down(5) + up(5))
        .withhold(undefined)
        .play(up(5)).told,
    ).toEqual([]);
  });

  it('does not withhold the end of what people were told', () => {
    const story = new Story()
      .play(down(5))
      .withhold('silenced')
      .play(down(10) + up(2));
    expect(story.told).toEqual(['2 opened>topic', '16 resolved>topic']);
  });

  it('withholds reminders and escalation as well, and makes them up afterwards', () => {
    const story = new Story({ remindEverySeconds: 600 }).play(down(5)).withhold('silenced').play(down(30));
    expect(story.told).toEqual(['2 opened>topic']);
    expect(story.withhold(undefined).play(down(1)).told.at(-1)).toBe('35 reminded>topic');
  });

  it('costs one write: the same reason changes nothing', () => {
    const story = new Story().withhold('silenced').play(down(30));
    const before = story.state;
    expect(story.play(down(1)).state).toBe(before);
  });
});

describe('a service that flaps every one to three checks for a day (failure 19)', () => {
  const verdicts = Array.from({ length: 1440 }, (_, minute) =>
    Math.floor(minute / (1 + (minute % 3))) % 2 === 0 ? 'd' : 'u',
  );

  it.each([1, 3])('is told of at most once and once that it flaps in 30 minutes (threshold %i)', threshold => {
    const story = new Story();
    story.watched = service('shop', [httpMonitor('shop', { failureThreshold: threshold, recoveryThreshold: 1 })]);
    story.play(verdicts.join(''));
    const minutes = story.told.map(line => Number(line.split(' ')[0]));
    // It takes some changes until it counts as flapping; from then on it is quiet.
    expect(minutes.filter(minute => minute < 20).length).toBeLessThanOrEqual(8);
    expect(minutes.filter(minute => minute >= 20)).toEqual([]);
    expect(story.told.some(line => line.includes('flapping'))).toBe(true);
  });

  it('is told the end of when it has settled', () => {
    const story = new Story().play('dududududududududududu').play(up(30));
    expect(story.told.map(line => line.split(' ')[1])).toEqual(['flapping>topic', 'resolved>topic']);
  });
});

describe('what only time or people change', () => {
  it('flapping that ends in staying down is told as down', () => {
    const story = new Story().play('dudududududududududududududududu').play(down(40));
    const told = story.told.map(line => line.split(' ')[1]);
    expect(told).toEqual(['flapping>topic', 'reminded>topic']);
  });

  it('several steps of escalation that are due at once are told one a run', () => {
    const escalate = [60, 120, 180].map((afterSeconds, index) => ({ afterSeconds, to: [`step${index}`] }));
    const story = new Story({ escalate }).play(down(3)).withhold('silenced').play(down(30)).withhold(undefined);
    expect(story.play(down(6)).told.slice(1)).toEqual([
      '33 reminded>topic',
      '34 escalated>step0',
      '35 escalated>step1',
      '36 escalated>step2',
    ]);
  });

  it('another route begins with its own first step', () => {
    const story = new Story({ escalate: [{ afterSeconds: 60, to: ['team'] }] }).play(down(10));
    const route = {
      ...ROUTE,
      escalate: [
        { afterSeconds: 300, to: ['oncall'] },
        { afterSeconds: 900, to: ['boss'] },
      ],
    };
    story.policy = { ...story.policy, route: () => route };
    expect(story.play(down(20)).told.slice(2)).toEqual(['15 escalated>oncall', '25 escalated>boss']);
  });

  it('who comes on call is reminded with those who know', () => {
    const story = new Story({ remindEverySeconds: 600 });
    story.policy = { ...story.policy, direct: () => ['ann'] };
    story.play(down(5));
    story.policy = { ...story.policy, direct: () => ['bob'] };
    expect(story.play(down(10)).told).toEqual(['2 opened>ann', '12 reminded>ann+bob']);
  });

  it('an incident that somebody acknowledged while it was withheld is told once, and not reminded of', () => {
    const story = new Story({ remindEverySeconds: 300 }).withhold('silenced').play(down(5));
    story.policy = { ...story.policy, hearsAcknowledgements: () => false };
    story.order('acknowledge');
    expect(story.withhold(undefined).play(down(30)).told).toEqual(['5 opened>topic']);
  });

  it('an incident for which no channel takes messages is told as soon as one does', () => {
    const story = new Story();
    story.policy = { ...story.policy, direct: () => [] };
    story.play(down(10));
    expect(story.state.incident?.withheld).toBe('no channel takes messages');
    story.policy = { ...story.policy, direct: channels => channels };
    expect(story.play(down(1)).told).toEqual(['10 opened>topic']);
  });
});

it('what is owed is whole: every channel of every message', () => {
  const story = new Story({ channels: ['topic', 'chat'] });
  const owed: OutboxEntry[] = [];
  story.deliver = () => void owed.push(...story.state.outbox);
  story.play(down(3));
  expect(owed.map(({ to }) => to.length)).toEqual([2]);
});
