/**
 * Virtual time. Nothing waits: events lie in a queue by their time, and time jumps from one to the next. Between two
 * events all that became possible in the program under test is played to its end, so the order of everything follows
 * from the order of events alone.
 */
export interface Clockwork {
  /** Epoch ms. */
  now(): number;
  /** An event so many ms from now. Of events at the same time the one planned first comes first. */
  after(ms: number, event: () => void): void;
  /** Plays all events up to this time, or until stopped. */
  play(untilAt: number): Promise<void>;
  stop(): void;
}

interface Planned {
  readonly at: number;
  readonly order: number;
  readonly event: () => void;
}

export function clockwork(startAt: number): Clockwork {
  const queue: Planned[] = [];
  let now = startAt;
  let planned = 0;
  let stopped = false;
  return {
    now: () => now,
    after(ms, event) {
      push(queue, { at: now + Math.max(0, ms), order: planned++, event });
    },
    stop() {
      stopped = true;
    },
    async play(untilAt) {
      while (!stopped) {
        const next = queue[0];
        if (next === undefined || next.at > untilAt) break;
        pop(queue);
        now = next.at;
        next.event();
        await settled();
      }
      if (!stopped) now = untilAt;
    },
  };
}

/**
 * When every promise that can go on has gone on. Node empties the queue of microtasks before it looks for the next tick, so a
 * tick that was asked for from a microtask comes after all of them, however many more they cause.
 */
function settled(): Promise<void> {
  return new Promise(resolve => process.nextTick(resolve));
}

function isBefore(one: Planned, other: Planned): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}

/** A binary heap, the earliest on top. */
function push(heap: Planned[], item: Planned): void {
  let index = heap.length;
  while (index > 0) {
    const parentIndex = (index - 1) >> 1;
    const parent = heap[parentIndex];
    if (parent === undefined || !isBefore(item, parent)) break;
    heap[index] = parent;
    index = parentIndex;
  }
  heap[index] = item;
}

function pop(heap: Planned[]): void {
  const item = heap.pop();
  if (item === undefined || heap.length === 0) return;
  let index = 0;
  for (;;) {
    const left = heap[2 * index + 1];
    const right = heap[2 * index + 2];
    const goesLeft = left !== undefined && (right === undefined || isBefore(left, right));
    const child = goesLeft ? left : right;
    if (child === undefined || !isBefore(child, item)) break;
    heap[index] = child;
    index = 2 * index + (goesLeft ? 1 : 2);
  }
  heap[index] = item;
}
