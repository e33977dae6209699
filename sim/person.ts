import { toCatalog } from '../core/catalog.ts';
import type { Command } from '../core/command.ts';
import { apply } from '../functions/web/commands.ts';
import type { Order } from './history.ts';
import { storePort } from './run.ts';
import type { Runner } from './witness.ts';
import type { World } from './world.ts';

/** The time limit of the api function. */
const ANSWER_MS = 10_000;
const ME = 'ada';

/** A person who reads the page of a service and does something about it, through the real commands. */
export function startOrder(world: World, order: Order): void {
  const { clock, history, store } = world;
  const deploy = Math.max(
    0,
    history.deploys.findLastIndex(({ at }) => at <= clock.now()),
  );
  const config = history.deploys[deploy]?.config;
  const service = config?.services.find(({ id }) => id === order.service);
  if (config === undefined || service === undefined) return;
  const { shard } = service;
  const incident = store.state(shard, order.service)?.incident;
  if (incident === undefined && order.order !== 'silence') return;
  const now = clock.now();
  const planned = { runner: ME, shard, slotAt: now, startsAt: now, deploy, skewMs: 0 };
  const runner: Runner = { planned, alive: true, ended: undefined, steps: 0, troubled: false, recentSlots: [] };
  clock.after(ANSWER_MS, () => world.end(runner, { how: 'crashed', where: 'out of time' }));
  const settle = (done: Promise<unknown>) =>
    void done.then(
      () => world.end(runner, { how: 'answered' }),
      (error: unknown) => world.end(runner, { how: 'failed', error }),
    );
  const port = storePort(world, runner);
  world.tell(runner, () => `wants to ${order.order} ${order.service}`);
  if (order.order === 'silence') {
    const { toAt } = order;
    const match = { services: [order.service] };
    const silence = { id: `silence-${now}`, match, fromAt: now, toAt, comment: 'work', author: ME, createdAt: now };
    settle(port.saveSilence(silence));
    return;
  }
  const ports = {
    store: port,
    clock: () => clock.now(),
    catalog: toCatalog(config),
    runEverySeconds: history.runEverySeconds,
    linkKey: async () => undefined,
    hookSecret: async () => undefined,
  };
  const command: Command = { command: order.order, by: ME };
  settle(apply(ports, incident?.id ?? '', command));
}
