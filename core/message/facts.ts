import type { OutboxEntry } from '../state.ts';
import { oneLine, utc } from './plain-text.ts';
import { troubleFor } from './short.ts';

/** A line of what is known, such as `Since  2026-11-20 10:01 UTC`. */
export interface Fact {
  /** At most nine characters. */
  readonly label: string;
  /** On one line. */
  readonly value: string;
}

/** Which service, how bad, since when, and what the event adds to it: in the order in which a person just woken asks. */
export function factsOf(entry: OutboxEntry): readonly Fact[] {
  const { event, page } = entry;
  const service = oneLine(page.service.name) || page.service.id;
  const group = page.service.group === undefined ? '' : ` (${oneLine(page.service.group)})`;
  const severity = event === 'raised' ? `${page.severity}, raised` : page.severity;
  return [
    { label: 'Service', value: `${service}${group}` },
    { label: 'Severity', value: severity },
    ...whenFacts(entry),
    ...eventFacts(entry),
    ...(page.untold === undefined
      ? []
      : [{ label: 'Missed', value: `${page.untold} earlier, of which no message could be sent` }]),
  ];
}

function whenFacts({ event, page, createdAt }: OutboxEntry): readonly Fact[] {
  if (event !== 'resolved') return [{ label: 'Since', value: utc(page.sinceAt) }];
  const backAt = page.backAt ?? createdAt;
  return [
    {
      label: 'Down',
      value: `from ${utc(page.sinceAt)} to ${utc(backAt)}, ${troubleFor(page.sinceAt, backAt)}`,
    },
  ];
}

function eventFacts({ event, page, createdAt }: OutboxEntry): readonly Fact[] {
  switch (event) {
    case 'reminded':
      return [
        { label: 'Reminder', value: `for ${troubleFor(page.sinceAt, createdAt)} now, and it is not acknowledged` },
      ];
    case 'escalated':
      return [{ label: 'Escalated', value: 'it is still not acknowledged' }];
    case 'acknowledged':
      return page.acknowledgedBy === undefined ? [] : [{ label: 'Taken by', value: oneLine(page.acknowledgedBy) }];
    case 'flapping':
      return [{ label: 'Flapping', value: 'it goes up and down; quiet until it settles' }];
    case 'resolved':
      return page.resolvedBecause === undefined ? [] : [{ label: 'Ended', value: oneLine(page.resolvedBecause) }];
    case 'opened':
    case 'raised':
      return [];
  }
}
