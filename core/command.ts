import { withAlerts, withEvent } from './incident.ts';
import { oneLine } from './message/plain-text.ts';
import { type Incident, incidentsOf, type ServiceState, withIncident } from './state.ts';

/** What a person does to an incident. */
export type Command =
  | { readonly command: 'acknowledge'; readonly by: string }
  | { readonly command: 'resolve'; readonly by: string }
  | { readonly command: 'comment'; readonly by: string; readonly text: string };

export interface CommandInput {
  readonly state: ServiceState;
  readonly incident: string;
  readonly command: Command;
  /** Epoch ms. */
  readonly now: number;
}

export type CommandOutcome =
  | { readonly outcome: 'done'; readonly state: ServiceState }
  /** It was so already: nothing changes, and it is no error. */
  | { readonly outcome: 'already'; readonly reason: string }
  | { readonly outcome: 'refused'; readonly reason: string };

const LONGEST_COMMENT = 500;
const LONGEST_NAME = 80;

/** A command applies once: repeated, it finds what it did. What others must hear of it, the next run owes them. */
export function command(input: CommandInput): CommandOutcome {
  const incident = incidentsOf(input.state).find(known => known.id === input.incident);
  if (incident === undefined) return { outcome: 'refused', reason: 'it is closed and on record' };
  const by = oneLine(input.command.by).slice(0, LONGEST_NAME) || 'somebody';
  switch (input.command.command) {
    case 'acknowledge':
      return acknowledge(input, incident, by);
    case 'resolve':
      return resolveByHand(input, incident, by);
    case 'comment':
      return comment(input, incident, by, input.command.text);
  }
}

function acknowledge(input: CommandInput, incident: Incident, by: string): CommandOutcome {
  if (incident.resolvedAt !== undefined) return { outcome: 'already', reason: 'it is resolved' };
  if (incident.acknowledged !== undefined) {
    return { outcome: 'already', reason: `${incident.acknowledged.by} has acknowledged it` };
  }
  const noted = withEvent(incident, { at: input.now, event: 'acknowledged', text: `by ${by}` });
  return { outcome: 'done', state: withIncident(input.state, { ...noted, acknowledged: { at: input.now, by } }) };
}

/**
 * Somebody says that it is over. What still fails opens no new incident before it was well.
 */
function resolveByHand(input: CommandInput, incident: Incident, by: string): CommandOutcome {
  if (incident.resolvedAt !== undefined) return { outcome: 'already', reason: 'it is resolved' };
  const because = `resolved by ${by}`;
  const ended = withAlerts(incident, [], input.now, alert => `${alert.name} is left to ${by}`);
  const closed: Incident = {
    ...withEvent(ended, { at: input.now, event: 'resolved', text: `by ${by}` }),
    resolvedAt: input.now,
    ending: { alerts: incident.alerts, backAt: input.now, because },
  };
  const { incident: _, ...rest } = input.state;
  const dismissed = [...new Set([...(rest.dismissed ?? []), ...incident.alerts.map(alert => alert.monitor)])];
  return { outcome: 'done', state: { ...rest, dismissed, closed: [...rest.closed, closed] } };
}

function comment(input: CommandInput, incident: Incident, by: string, text: string): CommandOutcome {
  const words = oneLine(text).slice(0, LONGEST_COMMENT);
  if (words === '') return { outcome: 'refused', reason: 'a comment needs a text' };
  const noted = withEvent(incident, { at: input.now, event: 'commented', text: `${by}: ${words}` });
  return { outcome: 'done', state: withIncident(input.state, noted) };
}
