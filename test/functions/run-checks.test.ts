import { describe, expect, it } from 'vitest';
import { DEFAULT_PAGING, DEFAULT_ROUTE } from '../../core/config/paging.ts';
import { measuredIn } from '../../core/run.ts';
import { isOwn } from '../../core/sight.ts';
import { httpMonitor, MINUTE, START, service } from '../support/monitoring.ts';
import { Crash, type World, world } from '../support/world.ts';

const shop = () => world([service('shop')]);
const keysOf = (it: World) => it.accepted.map(message => message.key);
const OPEN = 'shop-20261120T100300Z.1';
const RESOLVE = 'shop-20261120T100300Z.2';

/** Runs these minutes; the targets of `down` are down from minute 1 until `until`. */
async function runMinutes(it: World, from: number, to: number, downUntil = 0): Promise<void> {
  for (let minute = from; minute <= to; minute++) {
    it.targets.set('shop', minute >= 1 && minute < downUntil ? 'd' : 'u');
    await it.run(minute);
  }
}

describe('a run', () => {
  it('pages once when a service breaks and once when it is back', async () => {
    const it = shop();
    await runMinutes(it, 0, 20, 10);
    expect(it.accepted.map(message => message.subject)).toEqual([
      'DOWN shop: [STATUS] within 200-399 (was 503)',
      'UP shop, was down for 9m',
    ]);
    expect(keysOf(it)).toEqual([OPEN, RESOLVE]);
  });

  it('puts the incident on record with its whole trail once everything is accepted', async () => {
    const it = shop();
    await runMinutes(it, 0, 12, 6);
    const record = await it.store.incident('shop-20261120T100300Z');
    expect(record?.timeline.map(({ event }) => event)).toEqual(['opened', 'paged', 'alert-left', 'resolved', 'paged']);
    expect((await it.store.state(0, 'shop'))?.closed).toEqual([]);
  });

  it('writes one run and nothing else while all is well', async () => {
    const it = shop();
    await runMinutes(it, 0, 1);
    const writes: string[] = [];
    it.onStep = step => void (step.startsWith('before save') && writes.push(step));
    await it.run(2);
    expect(writes).toEqual(['before saveRun']);
  });

  it('does not probe a slot twice: a copy judges from what is stored (failure 6)', async () => {
    const it = shop();
    await runMinutes(it, 0, 2, 9);
    it.targets.set('shop', 'd');
    const copies = [];
    for (let copy = 0; copy < 10; copy++) copies.push((await it.run(3, `copy-${copy}`)).measured);
    expect(copies).toEqual(['probed', ...Array(9).fill('replayed')]);
    expect(keysOf(it)).toEqual([OPEN]);
  });

  it('counts ten copies at the same moment once (failures 6 and 13)', async () => {
    const it = shop();
    await runMinutes(it, 0, 2, 9);
    it.targets.set('shop', 'd');
    await Promise.all(Array.from({ length: 10 }, (_, copy) => it.run(3, `copy-${copy}`)));
    expect(keysOf(it)).toEqual([OPEN]);
    expect((await it.store.state(0, 'shop'))?.monitors.shop?.recent.endsWith('uddd')).toBe(true);
  });

  it('carries the last result of a monitor of a long interval forward', async () => {
    const it = world([service('shop', [httpMonitor('hourly', { intervalSeconds: 3600 })])]);
    for (let minute = 0; minute < 90; minute++) await it.run(minute);
    expect(it.probed.length).toBeLessThanOrEqual(3);
    const [newest] = await it.store.recentRuns(0, START + 90 * MINUTE, 1);
    expect(newest?.results.find(result => result.monitor === 'hourly')?.verdict).toBe('up');
  });

  it('judges nothing of a monitor once a newer slot of it has been judged (failure 7)', async () => {
    const it = world([service('shop', [httpMonitor('shop', { failureThreshold: 1 })])]);
    await runMinutes(it, 0, 5);
    it.targets.set('shop', 'd');
    expect((await it.run(3.5)).decisions).toEqual([]);
    expect(it.probed).toHaveLength(6);
    it.targets.set('shop', 'u');
    await it.run(6);
    expect(it.accepted).toEqual([]);
  });

  it('keeps a result that was overtaken while it was measured as history, unjudged (failure 7)', async () => {
    const it = world([service('shop', [httpMonitor('shop', { failureThreshold: 1 })])]);
    await runMinutes(it, 0, 1);
    const slow = world(it.config.services, {
      ...it.store,
      // While the slow run is probing, the next one is done and stored.
      async recentRuns(...range) {
        const recent = await it.store.recentRuns(...range);
        if ((await it.store.run(0, START + 3 * MINUTE)) === undefined) await it.run(3);
        slow.now = it.now + 5000;
        return recent;
      },
    });
    slow.targets.set('shop', 'd');
    expect((await slow.run(2)).decisions).toEqual([]);
    expect((await it.store.run(0, START + 2 * MINUTE))?.results[0]).toMatchObject({ verdict: 'down' });
    await it.run(4);
    expect(it.accepted).toEqual([]);
    const state = await it.store.state(0, 'shop');
    expect(state?.monitors.shop?.status).toBe('up');
  });

  it('pages on the next run when runs were skipped for hours (failure 5)', async () => {
    const it = shop();
    await runMinutes(it, 0, 2, 9);
    it.targets.set('shop', 'd');
    await it.run(240);
    expect(it.accepted.map(({ key }) => key)).toEqual(['shop-20261120T140000Z.1']);
  });

  it('ends the incident of a service that is configured no more, and forgets it', async () => {
    const it = shop();
    await runMinutes(it, 0, 4, 9);
    it.config = { shards: 1, services: [service('search')], paging: DEFAULT_PAGING };
    await it.run(5);
    await it.run(6);
    expect(it.accepted.at(-1)?.subject).toBe('ENDED shop: shop is no longer watched');
    for (const minute of [60, 66]) await it.run(minute);
    expect(await it.store.state(0, 'shop')).toBeUndefined();
  });
});

describe('a run that meets trouble of its own', () => {
  it('judges and pages the others when one service cannot be stored', async () => {
    const it = world([service('shop'), service('search')]);
    const { store } = it;
    it.store = {
      ...store,
      saveState: (shard, state) =>
        state.service === 'shop' ? Promise.reject(new Error('item too large')) : store.saveState(shard, state),
    };
    for (const id of ['shop', 'search']) it.targets.set(id, 'd');
    for (let minute = 0; minute < 4; minute++) await expect(it.run(minute)).rejects.toThrow('item too large');
    expect(it.accepted.map(message => message.attributes.service)).toEqual(['search']);
  });

  it('makes up a slot of a long interval that was skipped', async () => {
    const it = world([service('shop', [httpMonitor('daily', { intervalSeconds: 86_400 })])]);
    await it.run(0);
    for (let hour = 1; hour <= 72; hour++) await it.run(hour * 60 + (hour % 7));
    expect(it.probed.length).toBeGreaterThanOrEqual(3);
    expect(it.probed.length).toBeLessThanOrEqual(5);
  });

  it('stays far below the limit of an item when nobody takes messages and a service breaks again and again for a day', async () => {
    const flapping = httpMonitor('shop', { failureThreshold: 1, recoveryThreshold: 1 });
    const it = world([service('shop', [flapping])]);
    it.channelSays = () => ({ accepted: false, error: 'away' });
    let largest = 0;
    for (let minute = 0; minute < 1500; minute++) {
      it.targets.set('shop', minute % 15 === 0 ? 'd' : 'u');
      await it.run(minute);
      largest = Math.max(largest, JSON.stringify(await it.store.state(0, 'shop')).length);
    }
    expect(largest).toBeLessThan(100_000);
    it.channelSays = () => ({ accepted: true, text: 'taken' });
    it.targets.set('shop', 'd');
    for (let minute = 1500; minute < 1510; minute++) await it.run(minute);
    expect(it.accepted.at(-1)?.subject).toMatch(/^DOWN shop/);
    expect(it.accepted[0]?.email).toMatch(/9\d earlier/);
    const recorded = await it.store.incidentsOfMonth(START, 1000);
    expect(recorded.filter(incident => incident.service === 'shop').length).toBe(100);
  });

  it('does not say a monitor is well that is only no longer watched', async () => {
    const both = service('shop', [httpMonitor('web'), httpMonitor('queue')]);
    const it = world([both]);
    it.targets.set('web', 'd');
    for (let minute = 0; minute < 4; minute++) await it.run(minute);
    it.config = { shards: 1, services: [{ ...both, monitors: both.monitors.slice(1) }], paging: DEFAULT_PAGING };
    await it.run(4);
    expect(it.accepted.at(-1)?.subject).toBe('ENDED shop: web is no longer watched');
  });

  it('counts anew what was taken out and put back, under another incident', async () => {
    const it = shop();
    const { services } = it.config;
    await runMinutes(it, 0, 4, 99);
    it.config = { shards: 1, services: [service('other')], paging: DEFAULT_PAGING };
    await it.run(5);
    it.config = { shards: 1, services, paging: DEFAULT_PAGING };
    for (let minute = 6; minute < 10; minute++) await it.run(minute);
    expect(keysOf(it)).toEqual([OPEN, RESOLVE, 'shop-20261120T100800Z.1']);
  });

  it('pages for a monitor that cannot be looked at for long', async () => {
    const it = shop();
    await it.run(0);
    it.targets.set('shop', 's');
    for (let minute = 1; minute < 5; minute++) await it.run(minute);
    expect(it.accepted.map(message => message.subject)).toEqual([
      'UNKNOWN shop: not asked: ${ssm:/shop/token} could not be read',
    ]);
  });
});

describe('several channels', () => {
  const chat = { id: 'chat', type: 'slack', url: '${secret:chat}' } as const;
  const paging = {
    ...DEFAULT_PAGING,
    channels: [...DEFAULT_PAGING.channels, chat],
    routes: [{ ...DEFAULT_ROUTE, channels: ['topic', 'chat'] }],
  };

  it('one that is away ten minutes holds up no other, and gets its message within a minute of coming back (failure 3)', async () => {
    const it = shop();
    it.config = { ...it.config, paging };
    it.refusing.add('chat');
    await runMinutes(it, 0, 13, 99);
    expect(it.told('topic')).toContain(OPEN);
    expect(it.told('chat')).toEqual([]);
    it.refusing.clear();
    await runMinutes(it, 14, 14, 99);
    expect(it.told('chat')).toEqual([OPEN]);
  });

  it('one that keeps failing opens an incident of its own on the others, which ends when it takes messages again', async () => {
    const it = shop();
    it.config = { ...it.config, paging };
    it.refusing.add('chat');
    await runMinutes(it, 0, 10, 99);
    const own = (channel: string) => it.told(channel).filter(key => key.startsWith('_tocsin'));
    expect(own('topic')).toHaveLength(1);
    expect(it.accepted.at(-1)?.subject).toMatch(/^DOWN Tocsin itself \/ Channel chat takes no messages/);
    it.refusing.clear();
    await runMinutes(it, 11, 13, 99);
    expect(own('topic')).toHaveLength(2);
    expect(own('chat')).toEqual([]);
  });
});

describe('a dependency', () => {
  it('withholds the page of what depends on it, from its first failure on; when it is well and the other is not, page', async () => {
    const it = world([
      { ...service('shop'), dependsOn: ['db'] },
      service('db', [httpMonitor('db', { failureThreshold: 5 })]),
    ]);
    await it.run(0);
    for (const id of ['shop', 'db']) it.targets.set(id, 'd');
    for (let minute = 1; minute < 10; minute++) await it.run(minute);
    expect(it.accepted.map(message => message.attributes.service)).toEqual(['db']);
    expect((await it.store.state(0, 'shop'))?.incident?.withheld).toBe('it depends on db, which is in trouble');
    it.targets.set('db', 'u');
    for (let minute = 10; minute < 13; minute++) await it.run(minute);
    const heads = it.accepted.map(message => message.subject.split(':')[0]).sort();
    expect(heads).toEqual(['DOWN db', 'DOWN shop', 'UP db, was down for 9m']);
  });
});

describe('a service that moves to another shard', () => {
  const moved = (shard: number, shards: number) => ({
    shards,
    services: [{ ...service('shop'), shard }],
    paging: DEFAULT_PAGING,
  });
  async function runBoth(it: World, minute: number) {
    await it.run(minute, `first-${minute}`, 0);
    await it.run(minute, `second-${minute}`, 1);
  }

  it('keeps its open incident and what it owes, and is paged once for its end', async () => {
    const it = shop();
    it.channelSays = () => ({ accepted: false, error: 'away' });
    await runMinutes(it, 0, 4, 99);
    it.config = moved(1, 2);
    it.targets.set('shop', 'd');
    for (const minute of [5, 6]) await runBoth(it, minute);
    it.channelSays = () => ({ accepted: true, text: 'taken' });
    await runBoth(it, 7);
    it.targets.set('shop', 'u');
    for (const minute of [8, 9, 10]) await runBoth(it, minute);
    expect(keysOf(it)).toEqual([OPEN, RESOLVE]);
    expect(await it.store.state(0, 'shop')).toBeUndefined();
  });

  it('comes back when the shards become fewer', async () => {
    const it = shop();
    it.config = moved(1, 2);
    it.targets.set('shop', 'd');
    for (let minute = 0; minute < 5; minute++) await runBoth(it, minute);
    it.config = moved(0, 1);
    it.targets.set('shop', 'u');
    for (let minute = 5; minute < 9; minute++) await it.run(minute);
    expect(keysOf(it).map(key => key.split('.')[1])).toEqual(['1', '2']);
    expect(new Set(keysOf(it).map(key => key.split('.')[0])).size).toBe(1);
  });
});

describe('delivery', () => {
  it('goes on for ten minutes of a dead channel and delivers once it is back (failure 3)', async () => {
    const it = shop();
    it.channelSays = () => ({ accepted: false, error: 'away' });
    await runMinutes(it, 0, 13, 99);
    expect(it.accepted).toEqual([]);
    it.channelSays = () => ({ accepted: true, text: 'taken' });
    await runMinutes(it, 14, 16, 99);
    expect(keysOf(it)).toEqual([OPEN]);
  });

  it('sends resolve only after open, however long open took (failures 8 and 9)', async () => {
    const it = shop();
    it.channelSays = () => ({ accepted: false, error: 'away' });
    await runMinutes(it, 0, 12, 6);
    it.channelSays = () => ({ accepted: true, text: 'taken' });
    await it.run(13);
    expect(keysOf(it)).toEqual([OPEN, RESOLVE]);
  });

  it('retries a resolve that was refused until it is accepted, and says so in the trail (failure 9)', async () => {
    const it = shop();
    it.channelSays = ({ key }) =>
      key === RESOLVE ? { accepted: false, error: 'away' } : { accepted: true, text: 'ok' };
    await runMinutes(it, 0, 12, 6);
    it.channelSays = () => ({ accepted: true, text: 'taken' });
    await it.run(13);
    expect(keysOf(it)).toEqual([OPEN, RESOLVE]);
    const trail = (await it.store.incident('shop-20261120T100300Z'))?.timeline.map(({ event }) => event);
    expect(trail).toEqual(['opened', 'paged', 'alert-left', 'resolved', 'page-failed', 'paged']);
  });

  it('lets no message that is refused for ever keep the others', async () => {
    const ids = Array.from({ length: 30 }, (_, index) => `service-${index}`);
    const it = world([...ids.map(id => service(id)), service('shop')]);
    it.channelSays = ({ attributes }) =>
      attributes.service === 'shop' ? { accepted: true, text: 'taken' } : { accepted: false, error: 'too large' };
    for (const id of ids) it.targets.set(id, 'd');
    for (let minute = 0; minute < 4; minute++) await it.run(minute);
    it.targets.set('shop', 'd');
    for (let minute = 4; minute < 20; minute++) await it.run(minute);
    expect(it.accepted.map(message => message.attributes.service)).toEqual(['shop']);
  });

  it('tells in the order in which it happened: the last word is true', async () => {
    const it = shop();
    it.channelSays = () => ({ accepted: false, error: 'away' });
    const story = 'udddduudddd';
    for (const [minute, letter] of [...story].entries()) {
      it.targets.set('shop', letter === 'd' ? 'd' : 'u');
      await it.run(minute);
    }
    it.channelSays = () => ({ accepted: true, text: 'taken' });
    await it.run(story.length);
    expect(it.accepted.map(message => message.subject.split(' ')[0])).toEqual(['DOWN', 'UP', 'DOWN']);
  });

  it('tells of a thousand failures in one run by one page a group, and never more than five a minute (failures 12 and 27)', async () => {
    const ids = Array.from({ length: 1000 }, (_, index) => `service-${index}`);
    const it = world(ids.map((id, index) => ({ ...service(id), group: `group-${index % 3}` })));
    it.groups = true;
    for (const id of ids) it.targets.set(id, 'd');
    for (let minute = 0; minute < 5; minute++) await it.run(minute);
    expect(it.batches).toEqual([334, 333, 333]);
    expect(new Set(keysOf(it)).size).toBe(1000);
  });

  it('puts what goes beyond five messages a minute into the last of them (failure 27)', async () => {
    const ids = Array.from({ length: 50 }, (_, index) => `service-${index}`);
    const it = world(ids.map(id => service(id)));
    it.groups = true;
    for (const id of ids) it.targets.set(id, 'd');
    for (let minute = 0; minute < 4; minute++) await it.run(minute);
    expect(it.batches).toEqual([1, 1, 1, 1, 46]);
  });

  it('spends no more on all shards together', async () => {
    const ids = Array.from({ length: 70 }, (_, index) => `service-${index}`);
    const it = world([]);
    it.groups = true;
    const services = ids.map((id, index) => ({ ...service(id), shard: index % 7 }));
    it.config = { shards: 7, services, paging: DEFAULT_PAGING };
    for (const id of ids) it.targets.set(id, 'd');
    const perMinute: number[] = [];
    for (let minute = 0; minute < 5; minute++) {
      const before = it.batches.length;
      for (let shard = 0; shard < 7; shard++) await it.run(minute, `runner-${minute}-${shard}`, shard);
      perMinute.push(it.batches.length - before);
    }
    expect(Math.max(...perMinute)).toBeLessThanOrEqual(5);
    expect(new Set(keysOf(it)).size).toBe(70);
  });
});

describe('sight', () => {
  const two = () => world([service('shop'), service('search')]);
  const break2 = (it: World, how: 'n' | 't' | 'd') => ['shop', 'search'].forEach(id => void it.targets.set(id, how));

  it.each(['n', 't'] as const)('pages once that monitoring is blind, and for no monitor (failure 4, %s)', async how => {
    const it = two();
    await it.run(0);
    break2(it, how);
    for (let minute = 1; minute < 10; minute++) await it.run(minute);
    expect(it.accepted.map(message => message.subject)).toEqual([
      expect.stringMatching(/^DOWN Tocsin itself \/ Monitoring is blind: all 2 probes to 2 hosts failed/),
    ]);
    const [newest] = await it.store.recentRuns(0, it.now, 1);
    expect(
      newest &&
        measuredIn(newest)
          .filter(({ monitor }) => !isOwn(monitor))
          .map(({ verdict }) => verdict),
    ).toEqual(['unknown', 'unknown']);
    expect((await it.store.state(0, 'shop'))?.monitors.shop?.status).toBe('up');
  });

  it('tells that it sees again', async () => {
    const it = two();
    await it.run(0);
    break2(it, 'n');
    for (let minute = 1; minute < 5; minute++) await it.run(minute);
    it.targets.clear();
    for (let minute = 5; minute < 8; minute++) await it.run(minute);
    expect(it.accepted.at(-1)?.subject).toBe('UP Tocsin itself, was down for 4m');
  });

  it('pages for the services when they answer badly at once: that is no blindness', async () => {
    const it = two();
    break2(it, 'd');
    for (let minute = 0; minute < 4; minute++) await it.run(minute);
    expect(it.accepted.map(message => message.attributes.service).sort()).toEqual(['search', 'shop']);
  });

  it('does not take two ports of one dead host for blindness', async () => {
    const monitors = [8080, 8081].map(port => httpMonitor(`port-${port}`, { target: `http://192.0.2.9:${port}/` }));
    const it = world([service('shop', monitors)]);
    for (const { id } of monitors) it.targets.set(id, 'n');
    for (let minute = 0; minute < 4; minute++) await it.run(minute);
    expect(it.accepted.map(message => message.attributes.service)).toEqual(['shop']);
  });

  it('sees that it is blind when one monitor is due at a time', async () => {
    const ids = Array.from({ length: 8 }, (_, index) => `service-${index}`);
    const it = world(ids.map(id => service(id, [httpMonitor(id, { intervalSeconds: 600 })])));
    for (let minute = 0; minute < 20; minute++) await it.run(minute);
    for (const id of ids) it.targets.set(id, 'n');
    for (let minute = 20; minute < 90; minute++) await it.run(minute);
    expect(it.accepted.map(message => message.attributes.service)).toEqual(['_tocsin.0']);
  });

  it('does not take a single dead host for blindness', async () => {
    const it = two();
    it.targets.set('shop', 'n');
    for (let minute = 0; minute < 4; minute++) await it.run(minute);
    expect(it.accepted.map(message => message.attributes.service)).toEqual(['shop']);
  });
});

describe('a crash', () => {
  /** Every step of a story that leaves the process, in order, and how many there are. */
  async function steps(): Promise<number> {
    const it = shop();
    let count = 0;
    it.onStep = () => void count++;
    await runMinutes(it, 0, 12, 6);
    return count;
  }

  it('at any step loses no page, names no second incident, and repeats a message only with its key (failures 1 and 2)', async () => {
    const total = await steps();
    expect(total).toBeGreaterThan(100);
    for (let crashAt = 0; crashAt < total; crashAt++) {
      const it = shop();
      let step = 0;
      let dead = false;
      it.onStep = name => {
        if (step++ === crashAt) dead = true;
        if (dead) throw new Crash(name);
      };
      for (let minute = 0; minute <= 14; minute++) {
        it.targets.set('shop', minute >= 1 && minute < 6 ? 'd' : 'u');
        await it.run(minute).catch(error => expect(dead, String(error)).toBe(true));
        dead = false;
      }
      const incidents = new Set(keysOf(it).map(key => key.split('.')[0]));
      expect(incidents.size, `crash at step ${crashAt}`).toBe(1);
      expect(new Set(keysOf(it)).size, `crash at step ${crashAt}`).toBe(2);
      const order = keysOf(it).map(key => Number(key.split('.')[1]));
      expect(order, `crash at step ${crashAt}`).toEqual([...order].sort());
      expect(it.accepted.length, `crash at step ${crashAt}`).toBeLessThanOrEqual(3);
      expect((await it.store.state(0, 'shop'))?.outbox, `crash at step ${crashAt}`).toEqual([]);
    }
  });

  it('between the run and the states costs nothing: the next run judges it', async () => {
    const it = shop();
    await runMinutes(it, 0, 2, 9);
    it.targets.set('shop', 'd');
    it.onStep = step => {
      if (step === 'after saveRun') throw new Crash(step);
    };
    await expect(it.run(3)).rejects.toThrow('after saveRun');
    it.onStep = () => {};
    await it.run(4);
    expect(keysOf(it)).toEqual([OPEN]);
  });
});

describe('an ambiguous write', () => {
  it('that failed and did happen doubles nothing (failure 14)', async () => {
    const total = 12;
    for (const name of ['saveState', 'saveRun'] as const) {
      const it = shop();
      const { store } = it;
      // The write happens, the answer is lost, and the client of the store repeats it by itself.
      it.store = {
        ...store,
        saveState: async (shard, state) => {
          if (name === 'saveState') await store.saveState(shard, state);
          return store.saveState(shard, state);
        },
        saveRun: async run => {
          if (name === 'saveRun') await store.saveRun(run);
          return store.saveRun(run);
        },
      };
      await runMinutes(it, 0, total, 6);
      expect(new Set(keysOf(it)), name).toEqual(new Set([OPEN, RESOLVE]));
      expect(keysOf(it), name).toEqual([OPEN, RESOLVE]);
    }
  });
});
