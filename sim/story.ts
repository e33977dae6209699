import type { Run } from '../core/run.ts';
import type { ServiceState } from '../core/state.ts';
import type { RunEnd, Runner, StateChange, Witness } from './witness.ts';

/** Puts what happens in the store into words. */
export function storyteller(tell: (who: string, line: string) => void): Witness {
  return {
    runSaved: (run: Run, runner: Runner) => tell(runner.planned.runner, `stores the run of ${timeOf(run.slotAt)}`),
    stateSaved: ({ shard, service, after }: StateChange, runner: Runner) =>
      tell(runner.planned.runner, `stores ${shard}/${service}: ${after === undefined ? 'dropped' : stateWords(after)}`),
  };
}

export function endWords(end: RunEnd): string {
  switch (end.how) {
    case 'done': {
      const decisions = end.report.decisions.map(
        ({ service, decision, reason }) => `${service} ${decision}: ${reason}`,
      );
      return ['ends', end.report.measured, ...decisions].join('; ');
    }
    case 'answered':
      return 'is answered';
    case 'failed':
      return `fails: ${end.error instanceof Error ? end.error.message : String(end.error)}`;
    case 'crashed':
      return `crashes: ${end.where}`;
  }
}

/** `version 7, s0m0 down …uddd, open s0-20261120T100300Z, owes s0-20261120T100300Z.1 opened to topic`. */
function stateWords({ version, monitors, incident, closed, outbox }: ServiceState): string {
  const statuses = Object.entries(monitors).map(([id, { status, recent }]) => `${id} ${status} …${recent.slice(-6)}`);
  const owed = outbox.map(
    ({ key, event, to }) => `owes ${key} ${event} to ${to.map(({ channel }) => channel).join('+')}`,
  );
  const open = incident === undefined ? [] : [`open ${incident.id}`];
  return [`version ${version}`, ...statuses, ...open, ...closed.map(({ id }) => `closed ${id}`), ...owed].join(', ');
}

function timeOf(at: number): string {
  return new Date(at).toISOString().slice(11, 19);
}
