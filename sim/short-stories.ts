import type { Service } from '../core/config/model.ts';
import { DEFAULT_PAGING, TOPIC_CHANNEL } from '../core/config/paging.ts';
import { punctualRuns } from './draw.ts';
import { plainMonitor } from './draw-config.ts';
import { type History, NO_RATES, type PlannedRun, type Span, type Turn } from './history.ts';

/** A story small enough to be told with every possible crash. */
export interface ShortStory {
  readonly name: string;
  readonly history: History;
}

const START = Date.parse('2026-11-20T10:00:00Z');
const MINUTE_MS = 60_000;
const TAIL_SLOTS = 5;

interface Plot {
  readonly services: number;
  /** Minutes that a run is for. */
  readonly slots: number;
  readonly downFrom: number;
  readonly downUntil: number;
  /** Executions of each slot. */
  readonly copies?: number;
  /** Minutes during which the topic refuses. */
  readonly away?: Span;
}

export const SHORT_STORIES: readonly ShortStory[] = [
  { name: 'it opens', history: told({ services: 1, slots: 3, downFrom: 1, downUntil: 99 }) },
  { name: 'it opens and ends', history: told({ services: 1, slots: 5, downFrom: 1, downUntil: 3 }) },
  {
    name: 'refused, then accepted',
    history: told({ services: 1, slots: 5, downFrom: 1, downUntil: 3, away: { fromAt: 2, toAt: 3 } }),
  },
  { name: 'two services', history: told({ services: 2, slots: 4, downFrom: 1, downUntil: 3 }) },
  { name: 'with a copy', history: told({ services: 1, slots: 4, downFrom: 1, downUntil: 3, copies: 2 }) },
];

function told({ services, slots, downFrom, downUntil, copies = 1, away }: Plot): History {
  const at = (minute: number) => START + minute * MINUTE_MS;
  const ids = Array.from({ length: services }, (_, index) => `s${index}`);
  const config = { shards: 1, paging: DEFAULT_PAGING, services: ids.map(plainService) };
  const turns: readonly Turn[] = [
    { at: at(downFrom) - 1, letter: 'd' },
    { at: at(downUntil) - 1, letter: 'u' },
  ];
  const story = Array.from({ length: slots }, (_, minute) => minute);
  const tail = Array.from({ length: TAIL_SLOTS }, (_, minute) => slots + minute);
  const outages = away === undefined ? [] : [{ fromAt: at(away.fromAt), toAt: at(away.toAt) }];
  return {
    seed: 1,
    startAt: START,
    runEverySeconds: 60,
    deploys: [{ at: START - 1, config }],
    targets: Object.fromEntries(ids.map(id => [`${id}m0`, turns.filter(turn => turn.at < at(90))])),
    runs: [
      ...story.flatMap(minute => copiesOf(punctualRuns(at(minute), config, 0), copies)),
      ...tail.flatMap(minute => punctualRuns(at(minute), config, 0)),
    ],
    orders: [],
    trouble: { store: NO_RATES, storeOutages: [], channel: NO_RATES, channelOutages: { [TOPIC_CHANNEL]: outages } },
    quietAt: at(slots),
    endAt: at(slots + TAIL_SLOTS + 1),
  };
}

function copiesOf(runs: readonly PlannedRun[], copies: number): PlannedRun[] {
  return runs.flatMap(run =>
    Array.from({ length: copies }, (_, copy) => ({
      ...run,
      runner: `${run.runner}${String.fromCharCode(97 + copy)}`,
      startsAt: run.startsAt + 30 * copy,
    })),
  );
}

/** Down after two failures, up after one success. */
function plainService(id: string): Service {
  const monitor = { ...plainMonitor(id, 0), failureThreshold: 2, recoveryThreshold: 1 };
  return { id, name: id, dependsOn: [], shard: 0, monitors: [monitor] };
}
