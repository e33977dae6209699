import type { Service } from '../../core/config/model.ts';
import { ownService } from '../../core/sight.ts';
import type { Alert, Incident, ServiceState } from '../../core/state.ts';
import type { WatchedService } from '../../core/step.ts';
import { KNOWN_GAPS } from '../known-gaps.ts';
import { type Seen, watchedIn } from '../reference.ts';
import type { Property, Runner, Stage, StateChange } from '../witness.ts';

/** A page that nobody decided on is lost as well: the reference model says when there must be an incident. */
export const openedWhenDue: Property = {
  name: 'opened when due',
  says: 'once a run has judged as many failures in a row as the threshold asks, the service has an incident',
  watch(stage) {
    const { reference: known } = stage;
    const monitors = watchedIn(stage.history);
    return {
      runEnded(runner, end) {
        if (end.how !== 'done') return;
        const { shard, slotAt } = runner.planned;
        if (known.newestSlotAt(shard) !== slotAt) return;
        for (const service of servicesOf(stage, runner)) {
          const state = stage.store.state(shard, service.id);
          const quiet = new Set([
            ...(state?.incident?.alerts ?? []).map(({ monitor }) => monitor),
            ...(state?.dismissed ?? []),
          ]);
          for (const { id } of service.monitors) {
            const newest = known.newest(shard, id);
            if (newest?.slotAt !== slotAt || newest.letter === 'u') continue;
            const watched = monitors.get(id);
            if (watched === undefined || quiet.has(id)) continue;
            const retuned = watched.least.recoveryThreshold !== watched.most.recoveryThreshold;
            if (KNOWN_GAPS.endsWhileFailing && retuned && newest.letter === '?') continue;
            const steadyFromAt = watched.steadyFromAt(stage.clock.now());
            const seen = known.seen(shard, id, slotAt).filter(result => result.slotAt >= steadyFromAt);
            const { failureThreshold } = watched.most;
            if (!isDue(seen, failureThreshold)) continue;
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
  return [...services.filter(({ shard }) => shard === planned.shard), ownService(planned.shard)];
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
    const { reference: known } = stage;
    const monitors = watchedIn(stage.history);
    const everywhere = (monitor: string, slotAt: number) =>
      stage.store
        .shards()
        .flatMap(shard => known.seen(shard, monitor, slotAt))
        .sort((one, other) => other.slotAt - one.slotAt);
    return {
      stateSaved({ before, after }) {
        const opened = after?.incident;
        if (opened !== undefined && !knows(before, opened)) checkOpening(opened);
        const ended = before?.incident;
        if (ended !== undefined && after !== undefined && after.incident?.id !== ended.id) {
          checkEnding(
            ended,
            after.closed.find(({ id }) => id === ended.id),
            before?.monitors ?? {},
          );
        }
      },
    };

    /** When alerts of later slots came or went in the same write, nothing can be told from it. */
    function checkOpening({ id, openedAt, alerts, timeline }: Incident): void {
      const changed = timeline.some(({ event }) => event === 'alert-joined' || event === 'alert-left');
      if (changed || alerts.some(({ monitor, trouble }) => trouble === 'flapping' || !monitors.has(monitor))) return;
      if (alerts.some(({ monitor }) => hasFailed(monitor, openedAt))) return;
      stage.violated(`${id} opens, and no monitor of it failed as often in a row as it takes`);
    }

    function hasFailed(monitor: string, slotAt: number): boolean {
      const failures = inARow(everywhere(monitor, slotAt), letter => letter !== 'u', 'u');
      return failures >= (monitors.get(monitor)?.least.failureThreshold ?? 1);
    }

    function checkEnding(
      before: Incident,
      closed: Incident | undefined,
      monitorsBefore: ServiceState['monitors'],
    ): void {
      const flapped = ({ monitor }: Alert) => KNOWN_GAPS.endsWhileFailing && monitorsBefore[monitor]?.flapping;
      const endedAt = closed?.resolvedAt;
      if (closed?.ending?.because?.startsWith('resolved by')) return;
      if (endedAt === undefined || before.alerts.some(alert => isOver(alert, endedAt) || flapped(alert))) return;
      stage.violated(`${before.id} ends, and no monitor of it was well for long enough`);
    }

    function isOver({ monitor, trouble }: Alert, endedAt: number): boolean {
      const watched = monitors.get(monitor);
      if (watched === undefined || watched.leaves || trouble === 'flapping') return true;
      const retuned = watched.least.failureThreshold !== watched.most.failureThreshold;
      if (KNOWN_GAPS.endsWhileFailing && retuned && trouble === 'unknown') return true;
      const threshold = trouble === 'down' ? watched.least.recoveryThreshold : 1;
      return inARow(everywhere(monitor, endedAt), letter => letter === 'u', 'd') >= threshold;
    }
  },
};

function knows(before: StateChange['before'], incident: Incident): boolean {
  return before?.incident?.id === incident.id;
}

/** How many letters of a kind there may have been in a row; what may not have counted breaks no row. */
function inARow(
  seen: readonly Seen[],
  isOfKind: (letter: Seen['letter']) => boolean,
  breaking: Seen['letter'],
): number {
  let count = 0;
  for (const { letter, standing } of seen) {
    if (standing === 'history') continue;
    if (isOfKind(letter)) count++;
    else if (letter === breaking && standing === 'counted') break;
  }
  return count;
}
