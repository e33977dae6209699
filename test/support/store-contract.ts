import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Run } from '../../core/run.ts';
import { emptyState, type Incident, type ServiceState } from '../../core/state.ts';
import { checkResult, lastState, MINUTE, play, START, service } from './monitoring.ts';
import type { TestStore } from './stores.ts';

const DAY = 24 * 60 * MINUTE;

/** What every store must do; each implementation runs it. */
export function storeContract(name: string, open: () => Promise<TestStore>): void {
  describe(`the store contract on ${name}`, () => {
    let opened: TestStore;
    let shard = 0;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened.close());
    /** A shard of its own for each test. */
    const fresh = () => ({ store: opened.store, shard: ++shard });

    const down = (id: string): ServiceState => lastState(play(service(id), { [id]: 'ddd' }));
    const runAt = (ofShard: number, slotAt: number): Run => ({
      shard: ofShard,
      slotAt,
      storedAt: slotAt + 1234,
      results: [checkResult('shop', slotAt, 'up'), checkResult('search', slotAt, 'down')],
    });

    describe('states', () => {
      it('gives back what was saved, with the next version', async () => {
        const { store, shard } = fresh();
        const saved = await store.saveState(shard, down('shop'));
        expect(saved).toEqual({ ...down('shop'), version: 1 });
        expect(await store.state(shard, 'shop')).toEqual(saved);
      });

      it('knows nothing of a service that was never saved', async () => {
        const { store, shard } = fresh();
        expect(await store.state(shard, 'shop')).toBeUndefined();
        expect(await store.states(shard)).toEqual([]);
      });

      it('lists the states of a shard and of no other', async () => {
        const { store, shard } = fresh();
        await store.saveState(shard, down('shop'));
        await store.saveState(shard, down('search'));
        await store.saveState(shard + 1000, down('other'));
        expect((await store.states(shard)).map(state => state.service).sort()).toEqual(['search', 'shop']);
      });

      it('lists more states than fit into one answer', async () => {
        const { store, shard } = fresh();
        const ids = Array.from({ length: 300 }, (_, index) => `service-${index}`);
        const long = 'x'.repeat(5000);
        await Promise.all(
          ids.map(id => store.saveState(shard, { ...emptyState(id), monitors: { [long]: DOWN_MONITOR } })),
        );
        expect((await store.states(shard)).map(state => state.service).sort()).toEqual(ids.sort());
      });

      it('refuses a write over a version it was not made from', async () => {
        const { store, shard } = fresh();
        const first = await store.saveState(shard, emptyState('shop'));
        expect(await store.saveState(shard, emptyState('shop'))).toBeUndefined();
        expect((await store.saveState(shard, first ?? emptyState('none')))?.version).toBe(2);
      });

      it('has one winner in a race of fifty (failure 13)', async () => {
        const { store, shard } = fresh();
        const runners = Array.from({ length: 50 }, () => store.saveState(shard, down('shop')));
        const winners = (await Promise.all(runners)).filter(saved => saved !== undefined);
        expect(winners).toHaveLength(1);
      });

      it('drops a state only at the version that is known', async () => {
        const { store, shard } = fresh();
        const saved = await store.saveState(shard, emptyState('shop'));
        expect(await store.dropState(shard, emptyState('shop'))).toBe(false);
        expect(await store.dropState(shard, saved ?? emptyState('none'))).toBe(true);
        expect(await store.state(shard, 'shop')).toBeUndefined();
      });
    });

    describe('runs', () => {
      it('gives back what was saved', async () => {
        const { store, shard } = fresh();
        expect(await store.saveRun(runAt(shard, START))).toBe('saved');
        const run = await store.run(shard, START);
        expect(run).toMatchObject({ shard, slotAt: START, storedAt: START + 1234 });
        expect(run?.results.map(({ monitor, verdict, latencyMs }) => [monitor, verdict, latencyMs])).toEqual([
          ['shop', 'up', 12.3],
          ['search', 'down', 12.3],
        ]);
      });

      it('keeps the first of ten copies of a slot (failure 6)', async () => {
        const { store, shard } = fresh();
        const copies = Array.from({ length: 10 }, () => store.saveRun(runAt(shard, START)));
        expect((await Promise.all(copies)).filter(outcome => outcome === 'saved')).toHaveLength(1);
      });

      it('lists the newest runs across midnight, newest first', async () => {
        const { store, shard } = fresh();
        const midnight = Date.parse('2026-11-21T00:00:00Z');
        for (let minute = -3; minute < 3; minute++) await store.saveRun(runAt(shard, midnight + minute * MINUTE));
        const recent = await store.recentRuns(shard, midnight + 2 * MINUTE, 5);
        expect(recent.map(run => (run.slotAt - midnight) / MINUTE)).toEqual([2, 1, 0, -1, -2]);
      });

      it('does not list runs of slots after now, nor of the day before yesterday', async () => {
        const { store, shard } = fresh();
        for (const at of [START - 2 * DAY, START - DAY, START, START + MINUTE]) await store.saveRun(runAt(shard, at));
        expect((await store.recentRuns(shard, START, 5)).map(run => run.slotAt)).toEqual([START, START - DAY]);
      });

      it('lists a range over days, from included and before excluded', async () => {
        const { store, shard } = fresh();
        const slots = Array.from({ length: 8 }, (_, index) => START + index * 8 * 60 * MINUTE);
        for (const at of slots) await store.saveRun(runAt(shard, at));
        const found = await store.runs(shard, slots[1] ?? 0, slots[6] ?? 0, 100);
        expect(found.map(run => run.slotAt)).toEqual(slots.slice(1, 6).reverse());
        expect((await store.runs(shard, slots[1] ?? 0, slots[6] ?? 0, 2)).map(run => run.slotAt)).toEqual(
          slots.slice(4, 6).reverse(),
        );
      });

      it('tells slots apart that are less than a second apart', async () => {
        const { store, shard } = fresh();
        await store.saveRun(runAt(shard, START));
        expect(await store.saveRun(runAt(shard, START + 500))).toBe('saved');
        expect((await store.recentRuns(shard, START + 500, 5)).map(run => run.slotAt)).toEqual([START + 500, START]);
      });
    });

    describe('silences', () => {
      it('are kept until they are dropped, once', async () => {
        const { store } = fresh();
        const times = { fromAt: START, toAt: START + DAY, createdAt: START };
        const silence = { id: 'quiet', match: { groups: ['shop'] }, comment: 'new disks', author: 'ada', ...times };
        await store.saveSilence(silence);
        await store.saveSilence({ ...silence, comment: 'newer disks' });
        expect(await store.silences()).toEqual([{ ...silence, comment: 'newer disks' }]);
        expect([await store.dropSilence('quiet'), await store.dropSilence('quiet')]).toEqual([true, false]);
        expect(await store.silences()).toEqual([]);
      });
    });

    describe('incidents', () => {
      const closed = (id: string, openedAt: number): Incident => {
        const [incident] = lastState(play(service(id), { [id]: 'ddduu' }, undefined, openedAt - 2 * MINUTE)).closed;
        if (incident === undefined) throw new Error('no incident was played');
        return incident;
      };

      it('gives back what was saved, and the last of two', async () => {
        const { store } = fresh();
        const incident = closed('shop', START);
        await store.saveIncident(incident);
        await store.saveIncident({ ...incident, omitted: 7 });
        expect(await store.incident(incident.id)).toEqual({ ...incident, omitted: 7 });
        expect(await store.incident('shop-20200101T000000Z')).toBeUndefined();
        expect(await store.incident('no id')).toBeUndefined();
      });

      it('lists a month, newest first, and goes on behind one', async () => {
        const { store } = fresh();
        const march = Date.parse('2026-03-10T00:00:00Z');
        const all = [0, 1, 2, 3].map(day => closed(`service-${day % 2}`, march + day * DAY));
        for (const incident of all) await store.saveIncident(incident);
        await store.saveIncident(closed('shop', Date.parse('2026-04-01T00:00:00Z')));
        const ids = (incidents: readonly Incident[]) => incidents.map(({ id }) => id);
        expect(ids(await store.incidentsOfMonth(march, 10))).toEqual(ids(all).reverse());
        expect(ids(await store.incidentsOfMonth(march, 2, all[2]?.id))).toEqual(ids(all).slice(0, 2).reverse());
      });
    });
  });
}

const DOWN_MONITOR = { status: 'down', sinceAt: START, recent: 'd', turnedAt: START, lastSlotAt: START } as const;
