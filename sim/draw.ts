import type { Config } from '../core/config/model.ts';
import { type Dice, diceOf } from './dice.ts';
import { drawDeploys } from './draw-config.ts';
import { drawTargets } from './draw-targets.ts';
import {
  CRASH_MOMENTS,
  type Deploy,
  type History,
  LINGER_MS,
  NO_RATES,
  type Order,
  type PlannedRun,
  type Rates,
  type Span,
  type Trouble,
} from './history.ts';

/** Every kind of thing that a history may suffer from. */
export const FAULT_KINDS = [
  'copies',
  'delays',
  'gaps',
  'crashes',
  'store errors',
  'store outages',
  'channel errors',
  'channel outages',
  'skew',
  'deploys',
  'people',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** What to leave out of a history, to find out whether it matters. */
export interface Omissions {
  readonly faults?: readonly FaultKind[];
  /** So many of its services are kept, the first ones. */
  readonly services?: number;
  /** Its story is cut to so many slots. */
  readonly slots?: number;
}

const START = Date.parse('2026-11-20T10:00:00Z');
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Each part of a history has dice of its own, so that leaving out one part leaves the others as they are. */
const STREAM = { kinds: 1, config: 2, slots: 3, targets: 4, runs: 5, trouble: 6, orders: 8 } as const;

/** For what is left to be told when all is well again. */
const BACKLOG_SLOTS = 5;

/** So often Tocsin must see before it says that it sees again. */
const LOOKS_AT_US = 2;

/** The history that a seed tells. */
export function drawHistory(seed: number, omit: Omissions = {}): History {
  const kinds = drawKinds(diceOf(seed, STREAM.kinds), omit.faults ?? []);
  const slots = drawSlots(diceOf(seed, STREAM.slots), kinds).slice(0, omit.slots);
  const [startAt = START] = slots;
  const lastAt = slots.at(-1) ?? startAt;
  const quietAt = lastAt + MINUTE_MS;
  const story: Span = { fromAt: startAt, toAt: quietAt };
  const circumstances = { deploys: kinds.has('deploys'), lateRuns: kinds.has('delays') || kinds.has('copies') };
  const deploys = drawDeploys(diceOf(seed, STREAM.config), story, circumstances, omit.services);
  const tail = Array.from({ length: tailSlots(deploys) }, (_, index) => quietAt + LINGER_MS + (index + 1) * MINUTE_MS);
  const dice = diceOf(seed, STREAM.runs);
  return {
    seed,
    startAt,
    runEverySeconds: 60,
    deploys,
    targets: drawTargets(diceOf(seed, STREAM.targets), deploys, story),
    runs: [
      ...slots.flatMap(slotAt => drawRuns(dice, slotAt, deploys, kinds)).filter(run => run.startsAt <= quietAt),
      ...tail.flatMap(slotAt => punctualRuns(slotAt, deploys.at(-1)?.config, deploys.length - 1)),
    ].sort((one, other) => one.startsAt - other.startsAt),
    orders: kinds.has('people') ? drawOrders(diceOf(seed, STREAM.orders), story, deploys) : [],
    trouble: drawTrouble(diceOf(seed, STREAM.trouble), story, kinds, deploys),
    quietAt,
    endAt: (tail.at(-1) ?? quietAt) + 2 * MINUTE_MS,
  };
}

/** As many as it takes until every monitor has its final status. */
function tailSlots(deploys: readonly Deploy[]): number {
  const monitors = deploys.at(-1)?.config.services.flatMap(service => service.monitors) ?? [];
  const slots = monitors.map(({ failureThreshold, recoveryThreshold, intervalSeconds }) => {
    return (Math.max(LOOKS_AT_US, failureThreshold, recoveryThreshold) * intervalSeconds) / 60;
  });
  return BACKLOG_SLOTS + Math.max(...slots);
}

/** Few kinds at a time, so that each can do its worst; one history in ten suffers from nothing. */
function drawKinds(dice: Dice, omitted: readonly FaultKind[]): ReadonlySet<FaultKind> {
  const likelihood = dice.chance(0.1) ? 0 : dice.oneOf([0.15, 0.35, 0.6]);
  const drawn = FAULT_KINDS.filter(() => dice.chance(likelihood));
  return new Set(drawn.filter(kind => !omitted.includes(kind)));
}

/** The slots of the story: a minute apart, with holes where the scheduler slept. */
function drawSlots(dice: Dice, kinds: ReadonlySet<FaultKind>): number[] {
  const count = dice.chance(0.01) ? dice.between(60, 200) : dice.between(4, 16);
  const startAt = START + dice.between(0, 24 * 60) * MINUTE_MS;
  const holes = Array.from({ length: count }, () => {
    const hole = dice.chance(0.04) ? dice.oneOf([1, 3, 10, 60, 300]) : 0;
    return kinds.has('gaps') || (kinds.has('delays') && hole > 10) ? hole : 0;
  });
  let at = startAt;
  return holes.map(hole => {
    at += (1 + hole) * MINUTE_MS;
    return at;
  });
}

/** What people do: mostly while something is open, which they cannot know before. */
function drawOrders(dice: Dice, story: Span, deploys: readonly Deploy[]): Order[] {
  const ids = [...new Set(deploys.flatMap(({ config }) => config.services.map(({ id }) => id)))];
  const orders = Array.from({ length: dice.between(1, 12) }, (): Order => {
    const at = dice.between(story.fromAt, story.toAt);
    const service = ids[dice.between(0, ids.length - 1)] ?? '';
    const order = dice.oneOf<Order['order']>(['acknowledge', 'acknowledge', 'resolve', 'silence']);
    const toAt = Math.min(story.toAt, at + dice.between(1, 20) * MINUTE_MS);
    return order === 'silence' ? { order, at, service, toAt } : { order, at, service };
  });
  return orders.sort((one, other) => one.at - other.at);
}

/** The executions of one slot: one a shard, or with copies up to ten more, or none. */
function drawRuns(dice: Dice, slotAt: number, deploys: readonly Deploy[], kinds: ReadonlySet<FaultKind>): PlannedRun[] {
  const now = Math.max(
    0,
    deploys.findLastIndex(deploy => deploy.at <= slotAt),
  );
  const shards = deploys[now]?.config.shards ?? 1;
  return Array.from({ length: shards }, (_, shard) => {
    const copies = drawCopies(dice, kinds);
    return Array.from({ length: copies }, (_, copy) => {
      const startsAt = slotAt + drawDelay(dice, kinds, copy);
      return {
        runner: `${new Date(slotAt).toISOString().slice(11, 16)}/${shard}${String.fromCharCode(97 + copy)}`,
        shard,
        slotAt,
        startsAt,
        deploy: drawDeploy(dice, deploys, startsAt),
        skewMs: drawSkew(dice, kinds),
        ...drawCrash(dice, kinds),
      };
    });
  }).flat();
}

function drawCopies(dice: Dice, kinds: ReadonlySet<FaultKind>): number {
  const roll = dice.fraction();
  const copies = dice.between(2, dice.oneOf([2, 3, 10]));
  if (roll < 0.05) return kinds.has('gaps') ? 0 : 1;
  return kinds.has('copies') && roll > 0.75 ? copies : 1;
}

function drawDelay(dice: Dice, kinds: ReadonlySet<FaultKind>, copy: number): number {
  const promptMs = dice.between(0, 900);
  const roll = dice.fraction();
  const lateMs = dice.between(0, dice.oneOf([5_000, 90_000, 10 * MINUTE_MS, 6 * HOUR_MS]));
  if (kinds.has('delays') && roll < 0.15) return lateMs;
  return copy > 0 && roll < 0.5 ? promptMs + dice.between(0, 20_000) : promptMs;
}

/** The newest, or for a while after a deployment perhaps the one before. */
function drawDeploy(dice: Dice, deploys: readonly Deploy[], startsAt: number): number {
  const newest = Math.max(
    0,
    deploys.findLastIndex(deploy => deploy.at <= startsAt),
  );
  const lingers = startsAt - (deploys[newest]?.at ?? 0) < LINGER_MS;
  return lingers && dice.chance(0.4) ? Math.max(0, newest - 1) : newest;
}

function drawSkew(dice: Dice, kinds: ReadonlySet<FaultKind>): number {
  const skewMs = dice.between(-1, 1) * dice.between(0, dice.oneOf([200, 20_000, 300_000]));
  return kinds.has('skew') ? skewMs : 0;
}

/** Half of the steps of a run that pages come within its first ten. */
const CRASH_STEPS = 22;

function drawCrash(dice: Dice, kinds: ReadonlySet<FaultKind>): Pick<PlannedRun, 'crash'> {
  const crash = { step: dice.between(0, CRASH_STEPS), moment: dice.oneOf(CRASH_MOMENTS) };
  return kinds.has('crashes') && dice.chance(0.3) ? { crash } : {};
}

/** As a healthy platform runs them: once, in time, with the newest configuration. */
export function punctualRuns(slotAt: number, config: Config | undefined, deploy: number): PlannedRun[] {
  return Array.from({ length: config?.shards ?? 1 }, (_, shard) => ({
    runner: `${new Date(slotAt).toISOString().slice(11, 16)}/${shard}`,
    shard,
    slotAt,
    startsAt: slotAt + 100 + 10 * shard,
    deploy,
    skewMs: 0,
  }));
}

function drawTrouble(dice: Dice, story: Span, kinds: ReadonlySet<FaultKind>, deploys: readonly Deploy[]): Trouble {
  const rates = (): Rates => {
    const rate = dice.oneOf([0.02, 0.1, 0.3]);
    const share = () => (dice.chance(0.6) ? rate * dice.fraction() : 0);
    return { failed: share(), lost: share(), unsent: share(), slow: share() };
  };
  const outages = (): Span[] => Array.from({ length: dice.between(1, 2) }, () => drawOutage(dice, story));
  const [store, storeOutages, channel] = [rates(), outages(), rates()];
  const channels = deploys[0]?.config.paging.channels ?? [];
  const channelOutages = Object.fromEntries(channels.map(({ id }) => [id, dice.chance(0.6) ? outages() : []]));
  return {
    store: kinds.has('store errors') ? store : NO_RATES,
    storeOutages: kinds.has('store outages') ? storeOutages : [],
    channel: kinds.has('channel errors') ? channel : NO_RATES,
    channelOutages: kinds.has('channel outages') ? channelOutages : {},
  };
}

/** From seconds to three hours. */
function drawOutage(dice: Dice, story: Span): Span {
  const fromAt = dice.between(story.fromAt, story.toAt);
  const lengthMs = dice.between(1_000, dice.oneOf([10_000, 10 * MINUTE_MS, 3 * HOUR_MS]));
  return { fromAt, toAt: Math.min(fromAt + lengthMs, story.toAt) };
}
