import type { Monitor } from '../../core/config/model.ts';
import { type History, isFaultless, type Span } from '../history.ts';
import type { Property, Stage } from '../witness.ts';

/** What the project promises beyond thresholds, intervals and timeouts. */
const GRACE_MS = 60_000;

interface Told {
  readonly incident: string;
  readonly at: number;
}

/** Without faults a page comes in time: a failure is seen as often as it takes, and somebody knows within a minute more. */
export const pagedInTime: Property = {
  name: 'paged in time',
  says: 'without faults somebody is told within threshold × interval + timeout + 60 s of an outage that lasts so long',
  watch(stage) {
    if (!isFaultless(stage.history)) return {};
    const told = new Map<string, Told>();
    const overdue = new Set<string>();
    for (const { id, service, deadlineAt } of outages(stage)) {
      stage.clock.after(deadlineAt - stage.clock.now(), () => check(id, service));
    }
    return {
      accepted({ entries }) {
        for (const { incident, page } of entries) told.set(page.service.id, { incident, at: stage.clock.now() });
      },
      ended() {
        for (const monitor of overdue) stage.violated(`nobody was told in time that ${monitor} is down`);
      },
    };

    function check(monitor: string, service: string): void {
      const shard = stage.history.deploys[0]?.config.services.find(({ id }) => id === service)?.shard ?? 0;
      const incident = stage.store.state(shard, service)?.incident;
      const isQuiet = incident?.withheld !== undefined;
      if (!isQuiet && (incident === undefined || told.get(service)?.incident !== incident.id)) overdue.add(monitor);
    }
  },
};

/** Every outage that lasts until somebody must have been told of it, and when that is. */
function outages({ history }: Stage): { readonly id: string; readonly service: string; readonly deadlineAt: number }[] {
  const services = history.deploys[0]?.config.services ?? [];
  const slowestMs = Math.max(...services.flatMap(({ monitors }) => monitors.map(({ timeoutMs }) => timeoutMs)));
  const watched = services.flatMap(({ monitors, shard }) => monitors.map(monitor => ({ monitor, shard })));
  return watched.flatMap(({ monitor, shard }) => {
    const turns = history.targets[monitor.id] ?? [];
    return turns.flatMap(({ at, letter }, index) => {
      const deadlineAt = at + patienceMs(monitor) + slowestMs + GRACE_MS;
      const untilAt = turns[index + 1]?.at ?? history.endAt;
      const lasts = letter === 'd' && at >= history.startAt && deadlineAt < Math.min(untilAt, history.endAt);
      return lasts && hasEveryRun(history, shard, { fromAt: at, toAt: deadlineAt })
        ? [{ id: monitor.id, service: monitor.service, deadlineAt }]
        : [];
    });
  });
}

/** The scheduler did not sleep meanwhile. */
function hasEveryRun({ runs, runEverySeconds }: History, shard: number, { fromAt, toAt }: Span): boolean {
  const slots = runs.filter(run => run.shard === shard && run.slotAt >= fromAt && run.slotAt <= toAt);
  return slots.length >= Math.floor((toAt - fromAt) / (runEverySeconds * 1000));
}

function patienceMs({ failureThreshold, intervalSeconds }: Monitor): number {
  return failureThreshold * intervalSeconds * 1000;
}
