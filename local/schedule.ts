/** The scheduler of a laptop: a run of every shard on every slot, as EventBridge would start them. */
export interface Schedule {
  /** Starts nothing more, and waits for the runs under way. */
  stop(): Promise<void>;
}

/** @param run starts a run; it is not waited for before the next slot, as in AWS */
export function startSchedule(
  everySeconds: number,
  shards: number,
  run: (shard: number, slot: string) => Promise<void>,
): Schedule {
  const everyMs = everySeconds * 1000;
  const underWay = new Set<Promise<void>>();
  let timer: NodeJS.Timeout;
  const start = (slotAt: number) => {
    for (let shard = 0; shard < shards; shard++) {
      const running = run(shard, new Date(slotAt).toISOString()).finally(() => underWay.delete(running));
      underWay.add(running);
    }
    const nextAt = slotAt + everyMs;
    // A laptop that slept takes up the schedule at the present slot, as skipped minutes in AWS stay skipped.
    timer = setTimeout(() => start(Math.max(nextAt, slotBefore(Date.now()))), Math.max(0, nextAt - Date.now()));
  };
  const slotBefore = (at: number) => Math.floor(at / everyMs) * everyMs;
  start(slotBefore(Date.now()));
  return {
    async stop() {
      clearTimeout(timer);
      await Promise.all(underWay);
    },
  };
}
