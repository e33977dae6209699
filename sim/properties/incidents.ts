import type { Service } from '../../core/config/model.ts';
import { ownService } from '../../core/sight.ts';
import type { Alert, Incident } from '../../core/state.ts';
import type { WatchedService } from '../../core/step.ts';
import { reference, type Seen, watchedIn } from '../reference.ts';
import type { Property, Runner, Stage, StateChange } from '../witness.ts';

/** A page that nobody decided on is lost as well: the reference model says when there must be an incident. */
export const openedWhenDue: Property = {
  name: 'opened when due',
  says: 'once a run has judged as many failures in a row as the threshold asks, the service has an incident',
  watch(stage) {
    const known = reference();
    const monitors = watchedIn(stage.history);
    return {
      runSaved: run => known.runSaved(run, stage.clock.now()),
      runEnded(runner, end) {
        if (end.how !== 'done') return;
        known.judged(runner);
        const { shard, slotAt } = runner.planned;
        if (known.newestSlotAt(shard) !== slotAt) return;
        for (const service of servicesOf(stage, runner)) {
          const incident = stage.store.state(shard, service.id)?.incident;
          for (const { id } of service.monitors) {
            const watched = monitors.get(id);
            if (watched === undefined || incident?.alerts.some(alert => alert.monitor === id)) continue;
            const steadyFromAt = watched.steadyFromAt(stage.clock.now());
            const seen = known.seen(shard, id, slotAt).filter(result => result.slotAt >= steadyFromAt);
            const { failureThreshold } = watched.most;
            if (seen[0]?.slotAt !== slotAt || !isDue(seen, failureThreshold)) continue;
            stage.violated(`${id} failed ${failureThreshold} times in a row, and ${service.id} has no alert for it`);
          }
        }
      },
    };
  },
};

/** What the run watched: the services of its shard, and itself. */
function servicesOf({ history }: Stage, { planned }: Runner): readonly (Service | WatchedService)[] {
  const services = history.deploys[planned.deploy]?.config.services ?? [];
  return [...services.filter(({ shard }) => shard === planned.shard), ownService(planned.shard, [])];
}

/** Certainly as many failures in a row; what could not be looked at counts as neither, unless it is all there is. */
function isDue(seen: readonly Seen[], threshold: number): boolean {
  let downs = 0;
  let unknowns = 0;
  for (const { letter, standing } of seen.slice(0, 20)) {
    if (standing !== 'counted' || letter === 'u') break;
    if (letter === 'd') downs++;
    else if (downs === 0) unknowns++;
    if (downs >= threshold || (downs === 0 && unknowns >= threshold)) return true;
  }
  return false;
}

/** Nobody is woken for nothing, and nothing is over before it is. */
export const changedWithCause: Property = {
  name: 'changed with cause',
  says: 'an incident opens after failures in a row as the threshold asks, and ends after successes; each slot counts once',
  watch(stage) {
    const known = reference();
    const monitors = watchedIn(stage.history);
    const everywhere = (monitor: string, slotAt: number) =>
      stage.store
        .shards()
        .flatMap(shard => known.seen(shard, monitor, slotAt))
        .sort((one, other) => other.slotAt - one.slotAt);
    return {
      runSaved: run => known.runSaved(run, stage.clock.now()),
      runEnded(runner, end) {
        if (end.how === 'done') known.judged(runner);
      },
      stateSaved({ before, after }) {
        const opened = after?.incident;
        if (opened !== undefined && !knows(before, opened)) checkOpening(opened);
        const ended = before?.incident;
        if (ended !== undefined && after !== undefined && after.incident?.id !== ended.id) {
          checkEnding(ended, after.closed.find(({ id }) => id === ended.id));
        }
      },
    };

    function checkOpening({ id, openedAt, alerts }: Incident): void {
      for (const { monitor } of alerts) {
        const threshold = monitors.get(monitor)?.least.failureThreshold ?? 1;
        const failures = inARow(everywhere(monitor, openedAt), letter => letter !== 'u', 'u');
        if (failures < threshold) {
          stage.violated(`${id} opens for ${failures} failures of ${monitor}; it takes at least ${threshold}`);
        }
      }
    }

    function checkEnding(before: Incident, closed: Incident | undefined): void {
      const endedAt = closed?.resolvedAt;
      if (endedAt === undefined || before.alerts.some(alert => isOver(alert, endedAt))) return;
      stage.violated(`${before.id} ends, and no monitor of it was well for long enough`);
    }

    function isOver({ monitor, trouble }: Alert, endedAt: number): boolean {
      const watched = monitors.get(monitor);
      if (watched === undefined || watched.leaves) return true;
      const threshold = trouble === 'down' ? watched.least.recoveryThreshold : 1;
      return inARow(everywhere(monitor, endedAt), letter => letter === 'u', 'd') >= threshold;
    }
  },
};

function knows(before: StateChange['before'], incident: Incident): boolean {
  return before?.incident?.id === incident.id;
}

/** How many letters of a kind there may have been in a row; what may not have counted breaks no row. */
function inARow(seen: readonly Seen[], isOfKind: (letter: Seen['letter']) => boolean, breaking: Seen['letter']): number {
  let count = 0;
  for (const { letter, standing } of seen) {
    if (standing === 'history') continue;
    if (isOfKind(letter)) count++;
    else if (letter === breaking && standing === 'counted') break;
  }
  return count;
}
