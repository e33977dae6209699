import type { Outgoing } from '../core/message/outgoing.ts';
import type { OutboxEntry } from '../core/state.ts';

/** Nowhere: a test is no incident of any deployment. */
const NOWHERE = 'https://tocsin.example';

/**
 * A message that nobody can take for a real one, as all are made.
 * @param nowAt epoch ms; names the incident, so that every test has a key of its own
 */
export function testMessage(nowAt: number, event: 'opened' | 'resolved'): Outgoing {
  const incident = `tocsin-test-${new Date(nowAt).toISOString().replace(/[-:]|\.\d+/g, '')}`;
  const sequence = event === 'opened' ? 1 : 2;
  const entry: OutboxEntry = {
    key: `${incident}.${sequence}`,
    incident,
    sequence,
    event,
    createdAt: nowAt,
    to: [],
    page: {
      service: { id: 'tocsin-test', name: 'Test of this channel' },
      severity: 'info',
      openedAt: nowAt,
      sinceAt: nowAt,
      ...(event === 'resolved' && { resolvedAt: nowAt, resolvedBecause: 'the test is over' }),
      alerts: [
        {
          monitor: 'tocsin-test',
          name: 'Test of this channel',
          trouble: 'down',
          sinceAt: nowAt,
          reasons: ['only a test by Tocsin: nothing is wrong, and the links lead nowhere'],
          recent: '',
          results: [],
        },
      ],
      moreAlerts: 0,
    },
  };
  return { entries: [entry], links: { statusUrl: NOWHERE } };
}
