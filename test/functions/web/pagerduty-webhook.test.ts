import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { pagerDutySignatures, toPagerDutyCommand } from '../../../core/pagerduty-webhook.ts';
import { isFromPagerDuty } from '../../../functions/web/pagerduty-signature.ts';

/** An incident as PagerDuty documents it, shortened: docs/webhooks/01-Overview.md of PagerDuty/developer-docs. */
function webhook(eventType: string, changes: { agent?: unknown; key?: unknown } = {}) {
  return {
    event: {
      id: '5ac64822-4adc-4fda-ade0-410becf0de4f',
      event_type: eventType,
      resource_type: 'incident',
      occurred_at: '2026-11-20T10:05:22.169Z',
      agent: 'agent' in changes ? changes.agent : { id: 'PLH1HKV', summary: 'Alice', type: 'user_reference' },
      client: { name: 'PagerDuty' },
      data: {
        id: 'PGR0VU2',
        type: 'incident',
        status: 'acknowledged',
        incident_key: 'key' in changes ? changes.key : 'checkout-20261120T100300Z',
        title: 'DOWN Checkout',
      },
    },
  };
}

describe('what somebody did in PagerDuty', () => {
  it.each([
    ['incident.acknowledged', 'acknowledge'],
    ['incident.resolved', 'resolve'],
  ])('%s is our %s', (event, command) => {
    const expected = { command, incident: 'checkout-20261120T100300Z', by: 'Alice (PagerDuty)' };
    expect(toPagerDutyCommand(webhook(event))).toEqual(expected);
  });

  it.each([null, undefined, { summary: null }, { summary: '\r\n' }])('names PagerDuty when the agent is %j', agent => {
    expect(toPagerDutyCommand(webhook('incident.resolved', { agent }))).toMatchObject({ by: 'PagerDuty' });
  });

  it('bounds a name and keeps it on one line', () => {
    const agent = { summary: `Al\r\nice ${'x'.repeat(500)}`, type: 'user_reference' };
    const by = toPagerDutyCommand(webhook('incident.resolved', { agent }))?.by ?? '';
    expect(by).toMatch(/^Al ice x{73} \(PagerDuty\)$/);
  });

  it.each([
    ['another event', webhook('incident.escalated')],
    ['an event to come', webhook('incident.dreamt_of')],
    ['an incident that has no key', webhook('incident.resolved', { key: null })],
    [
      'what our own message did',
      webhook('incident.resolved', { agent: { type: 'events_api_v2_inbound_integration_reference' } }),
    ],
    ['a ping', { event: { event_type: 'pagey.ping', agent: null, data: { message: 'Hello' } } }],
    ['nothing', undefined],
    ['text', 'incident.resolved'],
    ['a list', [webhook('incident.resolved')]],
  ])('%s asks nothing of us', (_, body) => {
    expect(toPagerDutyCommand(body)).toBeUndefined();
  });
});

describe('the signature of PagerDuty', () => {
  const body = JSON.stringify(webhook('incident.resolved'));
  const signed = (secret: string, text = body) => `v1=${createHmac('sha256', secret).update(text).digest('hex')}`;
  const other = `v1=${'0'.repeat(64)}`;

  it.each([
    ['the only one', signed('s3cret')],
    ['any of several, while the secret is changed', `${other},${signed('s3cret')}`],
    ['one behind a blank', `${other}, ${signed('s3cret')}`],
    ['one in capitals', signed('s3cret').replace(/[a-f]/g, letter => letter.toUpperCase())],
  ])('is accepted: %s', (_, header) => {
    expect(isFromPagerDuty(body, header, 's3cret')).toBe(true);
    expect(isFromPagerDuty(Buffer.from(body), header, 's3cret')).toBe(true);
  });

  it.each([
    ['of another secret', signed('other')],
    ['of another body', signed('s3cret', `${body} `)],
    ['of another version', signed('s3cret').replace('v1', 'v0')],
    ['cut short', signed('s3cret').slice(0, -1)],
    ['empty', ''],
    ['none', undefined],
  ])('is refused: %s', (_, header) => {
    expect(isFromPagerDuty(body, header, 's3cret')).toBe(false);
  });

  it('proves nothing without a secret', () => {
    expect(isFromPagerDuty(body, signed(''), '')).toBe(false);
  });

  it('is looked for in a bounded part of the header', () => {
    expect(pagerDutySignatures(`${other},`.repeat(10_000)).length).toBeLessThan(100);
  });
});
