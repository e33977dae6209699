import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { render } from '../../../core/message/message.ts';
import { septets } from '../../../core/message/plain-text.ts';
import { pageOf } from '../../../core/page.ts';
import { emptyState, type OutboxEntry, type Page } from '../../../core/state.ts';
import { step } from '../../../core/step.ts';
import { toPublish } from '../../../functions/adapters/channels/sns.ts';
import { checkResult, httpMonitor, START, service } from '../../support/monitoring.ts';

const STATUS_URL = 'https://abcdefghij.execute-api.eu-central-1.amazonaws.com';
const MINUTE = 60_000;

const alert = {
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
    verdict: minute === 0 ? ('up' as const) : ('down' as const),
    latencyMs: 12.3,
    ...(minute > 0 && { reason: '[STATUS] == 200 (was 503)' }),
  })),
} as const;

function entry(changes: Partial<OutboxEntry> = {}, page: Partial<Page> = {}): OutboxEntry {
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
      alerts: [alert],
      moreAlerts: 0,
      ...page,
    },
    ...changes,
  };
}

const resolved = entry(
  { event: 'resolved', sequence: 2 },
  { resolvedAt: START + 16 * MINUTE, backAt: START + 15 * MINUTE },
);

describe('the e-mail of an opened incident', () => {
  it('says what, since when, why, what was seen and what to do', () => {
    expect(render(entry(), STATUS_URL).email).toBe(`DOWN Checkout / Checkout API

Service   Checkout (storefront)
Severity  critical
Since     2026-11-20 10:01 UTC

Checkout API: http https://shop.example/health
  [STATUS] == 200 (was 503)
  [BODY].status == UP (was DOWN)

  Last results
  10:03     down         12 ms  [STATUS] == 200 (was 503)
  10:02     down         12 ms  [STATUS] == 200 (was 503)
  10:01     down         12 ms  [STATUS] == 200 (was 503)
  10:00     up           12 ms

Runbook   https://wiki.example/checkout
Incident  ${STATUS_URL}/i/checkout-20261120T100300Z
Status    ${STATUS_URL}/

Incident checkout-20261120T100300Z, message 1. Sent by Tocsin.
`);
  });
});

describe('the e-mail of a resolved incident', () => {
  it('says how long it was down, and no runbook', () => {
    const { email } = render(resolved, STATUS_URL);
    expect(email).toContain('UP Checkout\n');
    expect(email).toContain('Down      from 2026-11-20 10:01 UTC to 2026-11-20 10:15 UTC, 14m\n');
    expect(email).not.toContain('Runbook');
  });
});

describe('subject and SMS', () => {
  it.each([
    [
      'opened',
      entry(),
      'DOWN Checkout / Checkout API: [STATUS] == 200 (was 503)',
      `DOWN Checkout / Checkout API 10:01 UTC critical: [STATUS] == 200 (was.. ${STATUS_URL}/i/checkout-20261120T100300Z`,
    ],
    [
      'resolved',
      resolved,
      'UP Checkout, was down for 14m',
      `UP Checkout, was down for 14m ${STATUS_URL}/i/checkout-20261120T100300Z`,
    ],
    [
      'raised',
      entry({ event: 'raised' }),
      'WORSE Checkout: now critical: [STATUS] == 200 (was 503)',
      `WORSE Checkout 10:01 UTC: now critical: [STATUS] == 200 (was 503) ${STATUS_URL}/i/checkout-20261120T100300Z`,
    ],
    [
      'no longer watched',
      entry({ event: 'resolved' }, { resolvedBecause: 'API is no longer watched' }),
      'ENDED Checkout: API is no longer watched',
      `ENDED Checkout: API is no longer watched ${STATUS_URL}/i/checkout-20261120T100300Z`,
    ],
    [
      'of several monitors',
      entry({}, { alerts: [alert, alert], moreAlerts: 1 }),
      'DOWN Checkout (3 monitors): [STATUS] == 200 (was 503)',
      `DOWN Checkout (3 monitors) 10:01 UTC critical: [STATUS] == 200 (was 503) ${STATUS_URL}/i/checkout-20261120T100300Z`,
    ],
  ])('%s', (_, message, subject, sms) => {
    const rendered = render(message, STATUS_URL);
    expect(rendered.subject).toBe(subject);
    expect(rendered.sms).toBe(sms);
  });

  it('keeps the reason whole where the link is short', () => {
    expect(render(entry(), 'http://127.0.0.1:7800').sms).toBe(
      'DOWN Checkout / Checkout API 10:01 UTC critical: [STATUS] == 200 (was 503) http://127.0.0.1:7800/i/checkout-20261120T100300Z',
    );
  });

  it.each([
    ['🔥\r\nBcc: x', 'DOWN Bcc: x: down'],
    ['🔥', 'DOWN checkout: down'],
    ['Zürich – Größe', 'DOWN Zurich - Grosse: down'],
    ['‮evil', 'DOWN evil: down'],
  ])('survives a name such as %j (failure 26)', (name, subject) => {
    const named = { ...alert, name, monitor: 'checkout', reasons: ['down'] };
    const message = entry({}, { service: { id: 'checkout', name }, alerts: [named] });
    expect(render(message, STATUS_URL).subject).toBe(subject);
  });
});

describe('any message', () => {
  const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 400 }), fc.constantFrom('🔥\r\nBcc: x', '<script>', ''));
  const anyEntry = fc
    .record({
      name: text,
      service: text,
      target: text,
      reasons: fc.array(text, { maxLength: 4 }),
      event: fc.constantFrom('opened', 'raised', 'resolved'),
      more: fc.nat(2000),
    })
    .map(({ name, service, target, reasons, event, more }) =>
      entry(
        { event },
        { service: { id: 'checkout', name: service }, alerts: [{ ...alert, name, target, reasons }], moreAlerts: more },
      ),
    );

  it('is one that SNS accepts, whatever names and reasons hold (failure 26)', () => {
    fc.assert(
      fc.property(anyEntry, message => {
        const { subject, sms, email, json, attributes } = render(message, STATUS_URL);
        expect(subject).toMatch(/^[\x21-\x7e][\x20-\x7e]{0,98}$/);
        expect(sms).toMatch(/^[\x20-\x5f\x61-\x7e]+$/);
        expect(septets(sms)).toBeLessThanOrEqual(160);
        expect(email.isWellFormed()).toBe(true);
        expect(email.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cs}]/u);
        expect(JSON.parse(json)).toMatchObject({ version: 1, event: message.event });
        expect(Object.values(attributes).every(value => value.length > 0)).toBe(true);
      }),
    );
  });

  it('fits into the 256 KiB that SNS takes, however much there is to say', () => {
    const long = '"é'.repeat(1000);
    const monitors = Array.from({ length: 40 }, (_, index) => httpMonitor(`m${index}`, { name: long, target: long }));
    const watched = { ...service('shop', monitors), name: long, group: long, runbook: long };
    const reasons = Array(20).fill(long);
    const results = monitors.map(({ id }) => ({ ...checkResult(id, START, 'down'), reasons }));
    const once = watched.monitors.map(monitor => ({ ...monitor, failureThreshold: 1 }));
    const failing = { ...watched, monitors: once };
    const history = (id: string) => Array(9).fill(results.find(({ monitor }) => monitor === id));
    const before = { service: failing, slotAt: START, now: START, state: emptyState('shop'), results, history };
    const { state } = step(before);
    if (state.incident === undefined) throw new Error('no incident was opened');
    const page = pageOf({ service: failing, state, history }, state.incident);
    const message = render(entry({ page }), STATUS_URL);
    const { input: published } = toPublish(message, 'arn:aws:sns:us-east-1:000000000000:tocsin');
    expect(Buffer.byteLength(published.Message ?? '')).toBeLessThan(256 * 1024 - 1024);
    expect(page.moreAlerts).toBe(30);
  });

  it('renders to the same words when it is repeated', () => {
    expect(render(entry(), STATUS_URL)).toEqual(render(structuredClone(entry()), STATUS_URL));
  });
});
