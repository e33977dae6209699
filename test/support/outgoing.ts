import type { Links, Outgoing } from '../../core/message/outgoing.ts';
import type { MessageEvent, OutboxEntry, Page, PageAlert } from '../../core/state.ts';
import { links } from '../../functions/ack-link.ts';
import { MINUTE, START } from './monitoring.ts';

export const STATUS_URL = 'https://status.shop.example';

/** As the functions make them: with links that are really signed. */
export const LINKS: Links = links(STATUS_URL, 'a key that signs links');

export const ALERT: PageAlert = {
  monitor: 'checkout-api',
  name: 'Checkout API',
  kind: 'http',
  target: 'https://shop.example/health',
  trouble: 'down',
  sinceAt: START + MINUTE,
  recent: 'uuuuuuuuuuuuuuuuuuddd',
  reasons: ['[STATUS] == 200 (was 503)', '[BODY].status == UP (was DOWN)'],
  results: [3, 2, 1, 0].map(minute => ({
    slotAt: START + minute * MINUTE,
    verdict: minute === 0 ? 'up' : 'down',
    latencyMs: 12.3,
    ...(minute > 0 && { reason: '[STATUS] == 200 (was 503)' }),
  })),
};

/** A message of the incident of a checkout that began to fail at 10:01. */
export function outboxEntry(changes: Partial<OutboxEntry> = {}, page: Partial<Page> = {}): OutboxEntry {
  return {
    key: 'checkout-20261120T100300Z.1',
    incident: 'checkout-20261120T100300Z',
    sequence: 1,
    event: 'opened',
    createdAt: START + 3 * MINUTE,
    to: [{ channel: 'topic', attempts: 0 }],
    page: {
      service: { id: 'checkout', name: 'Checkout', group: 'storefront', runbook: 'https://wiki.example/checkout' },
      severity: 'critical',
      openedAt: START + 3 * MINUTE,
      sinceAt: START + MINUTE,
      alerts: [ALERT],
      moreAlerts: 0,
      ...page,
    },
    ...changes,
  };
}

/** The messages of one incident, as they would follow each other. */
const EVENTS: Readonly<Record<MessageEvent, OutboxEntry>> = {
  opened: outboxEntry(),
  raised: at(
    6,
    { event: 'raised', sequence: 2 },
    { alerts: [ALERT, { ...ALERT, name: 'Payments', monitor: 'payments' }] },
  ),
  reminded: at(33, { event: 'reminded', sequence: 3 }),
  escalated: at(18, { event: 'escalated', sequence: 4 }),
  acknowledged: at(20, { event: 'acknowledged', sequence: 5 }, { acknowledgedBy: 'Alice' }),
  flapping: at(25, { event: 'flapping', sequence: 6 }),
  resolved: at(
    17,
    { event: 'resolved', sequence: 7 },
    { resolvedAt: START + 16 * MINUTE, backAt: START + 15 * MINUTE },
  ),
};

function at(minute: number, changes: Partial<OutboxEntry>, page: Partial<Page> = {}): OutboxEntry {
  const key = `checkout-20261120T100300Z.${changes.sequence ?? 1}`;
  return outboxEntry({ key, createdAt: START + minute * MINUTE, ...changes }, page);
}

export function outgoing(entry: OutboxEntry = outboxEntry(), links: Links = LINKS): Outgoing {
  return { entries: [entry], links };
}

/** Messages of that many services of one group, which came down in one run. */
export function grouped(count: number, changes: (index: number) => Partial<OutboxEntry> = () => ({})): Outgoing {
  const names = ['Checkout', 'Search', 'Cart', 'Payments', 'Login', 'Catalogue', 'Stock', 'Mail'];
  const entry = (index: number) => {
    const name = `${names[index % names.length]}${index < names.length ? '' : ` ${index}`}`;
    const id = name.toLowerCase().replace(' ', '-');
    const incident = `${id}-20261120T100300Z`;
    const alert = { ...ALERT, monitor: id, name, target: `https://${id}.shop.example/health` };
    const page = { ...outboxEntry().page, service: { id, name, group: 'storefront' }, alerts: [alert] };
    return outboxEntry({ incident, key: `${incident}.1`, page, ...changes(index) });
  };
  return { entries: [entry(0), ...Array.from({ length: count - 1 }, (_, index) => entry(index + 1))], links: LINKS };
}

/** One of every kind of message. */
export const MESSAGES: Readonly<Record<MessageEvent | 'grouped', Outgoing>> = {
  opened: outgoing(EVENTS.opened),
  raised: outgoing(EVENTS.raised),
  reminded: outgoing(EVENTS.reminded),
  escalated: outgoing(EVENTS.escalated),
  acknowledged: outgoing(EVENTS.acknowledged),
  flapping: outgoing(EVENTS.flapping),
  resolved: outgoing(EVENTS.resolved),
  grouped: grouped(12),
};

/** Names as an attacker, or a tired colleague, would give them (failure 26). */
export const HOSTILE_NAMES: readonly string[] = [
  '🔥\r\nBcc: x',
  '🔥',
  '',
  '\u202Eevil\u2066',
  '<script>alert(1)</script>',
  '</b><a href="https://evil.example">click</a>',
  '<!channel> <@U123> <https://evil.example|click>',
  '@everyone <@123> [click](https://evil.example) **bold** `code` ||spoiler||',
  '*bold* _it_ ~gone~ `code`',
  '{{service.id}} ${ssm:/x} %s \\ " \u0000 \uD83D',
  '&&&&&<<<<<>>>>>"""""'.repeat(20),
  'long '.repeat(60),
  '🔥'.repeat(150),
];
