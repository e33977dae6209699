import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { alertmanagerBody } from '../../../core/message/alertmanager.ts';
import { discordBody } from '../../../core/message/discord.ts';
import { webAddress } from '../../../core/message/links.ts';
import { renderAll } from '../../../core/message/message.ts';
import type { Links, Outgoing } from '../../../core/message/outgoing.ts';
import { dedupKey, pagerdutyBody } from '../../../core/message/pagerduty.ts';
import { septets } from '../../../core/message/plain-text.ts';
import { slackBody } from '../../../core/message/slack.ts';
import { teamsBody } from '../../../core/message/teams.ts';
import { telegramBody } from '../../../core/message/telegram.ts';
import { fillTemplate, webhookBody } from '../../../core/message/webhook.ts';
import { MESSAGE_EVENTS, type OutboxEntry } from '../../../core/state.ts';
import { toPublish } from '../../../functions/adapters/channels/sns.ts';
import { ALERT, grouped, HOSTILE_NAMES, LINKS, MESSAGES, outboxEntry, outgoing } from '../../support/outgoing.ts';
import {
  alertmanagerSchema,
  discordSchema,
  pagerdutySchema,
  slackSchema,
  teamsSchema,
  telegramSchema,
} from '../../support/vendor-schemas.ts';

const BODIES: Readonly<Record<string, readonly [z.ZodType, (message: Outgoing) => unknown]>> = {
  Slack: [slackSchema, slackBody],
  Teams: [teamsSchema, teamsBody],
  Discord: [discordSchema, discordBody],
  Telegram: [telegramSchema, message => telegramBody(message, '-100123')],
  PagerDuty: [pagerdutySchema, ({ entries: [entry], links }) => pagerdutyBody(entry, links, 'key')],
  Alertmanager: [alertmanagerSchema, ({ entries: [entry], links }) => alertmanagerBody(entry, links)],
};

/** Everything that others name, named so. */
function namedAll(name: string, event: OutboxEntry['event'] = 'opened', count = 1): Outgoing {
  const alert = { ...ALERT, name, target: name, reasons: [name, name, name] };
  return grouped(count, () => ({
    event,
    page: {
      ...outboxEntry().page,
      service: { id: 'shop', name, group: name, runbook: name },
      acknowledgedBy: name,
      resolvedBecause: name,
      alerts: Array(10).fill(alert),
      moreAlerts: 7,
    },
  }));
}

describe.each(Object.entries(BODIES))('the body for %s', (_, [schema, toBody]) => {
  it.each(Object.entries(MESSAGES))('is what the vendor documents: %s', (_event, message) => {
    expect(schema.safeParse(toBody(message)).error).toBeUndefined();
  });

  it.each(HOSTILE_NAMES)('is what the vendor documents when everything is named %j (failure 26)', name => {
    for (const event of MESSAGE_EVENTS)
      expect(schema.safeParse(toBody(namedAll(name, event))).error, event).toBeUndefined();
    expect(schema.safeParse(toBody(namedAll(name, 'opened', 60))).error).toBeUndefined();
  });

  it('is what the vendor documents, whatever anything is called (failure 26)', () => {
    const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 400 }), fc.constantFrom(...HOSTILE_NAMES));
    fc.assert(
      fc.property(text, fc.constantFrom(...MESSAGE_EVENTS), fc.constantFrom(1, 2, 30), (name, event, count) => {
        const body = toBody(namedAll(name, event, count));
        expect(schema.safeParse(body).error).toBeUndefined();
        expect(JSON.stringify(body).isWellFormed()).toBe(true);
      }),
    );
  });

  it('is the same when it is repeated', () => {
    expect(toBody(structuredClone(outgoing(outboxEntry(), { statusUrl: 'http://127.0.0.1:7800' })))).toEqual(
      toBody(outgoing(outboxEntry(), { statusUrl: 'http://127.0.0.1:7800' })),
    );
  });
});

describe('nothing is injected by a name (failure 26)', () => {
  const click = 'a <https://evil.example|b> [c](https://evil.example) <!channel> <a href="https://evil.example">d</a>';

  it('Slack makes neither a link nor a mention of it', () => {
    const { blocks } = slackBody(namedAll(click));
    const markup = JSON.stringify(blocks.filter(({ type }) => type === 'section'));
    const links = [...markup.matchAll(/<([^|>]*)/g)].map(([, target]) => target ?? '');
    expect(links.filter(target => !target.startsWith(LINKS.statusUrl))).toEqual([]);
  });

  it('Discord makes neither a link nor a mention of it', () => {
    // In a code span a link is text.
    const text = JSON.stringify(discordBody(namedAll(click))).replace(/`[^`]*`/g, '');
    const links = [...text.matchAll(/[^\\]\]\(<?([^)>]*)/g)].map(([, target]) => target ?? '');
    expect(links.filter(target => !target.startsWith(LINKS.statusUrl))).toEqual([]);
  });

  it('Telegram makes no link of it', () => {
    const { text } = telegramBody(namedAll(click), '1');
    const links = [...text.matchAll(/<a href="([^"]*)"/g)].map(([, target]) => target ?? '');
    expect(links.filter(target => !target.startsWith(LINKS.statusUrl))).toEqual([]);
  });

  it('the webhook quotes it in our JSON and in a template', () => {
    for (const name of HOSTILE_NAMES) {
      const { entries, links } = namedAll(name);
      expect(JSON.parse(webhookBody(entries[0], links, undefined)).service.name).toBe(name);
      const filled = JSON.parse(webhookBody(entries[0], links, '{"text": "{{service.name}}"}'));
      expect(filled).toEqual({ text: name });
    }
  });
});

describe('the topic', () => {
  it.each(HOSTILE_NAMES)('takes a message of one and of many that are named %j (failure 26)', name => {
    for (const message of [namedAll(name), namedAll(name, 'resolved'), namedAll(name, 'opened', 200)]) {
      const { subject, sms, email, json } = renderAll(message);
      expect(subject).toMatch(/^[\x21-\x7e][\x20-\x7e]{0,98}$/);
      expect(septets(sms)).toBeLessThanOrEqual(160);
      expect(sms).toMatch(/^[\x20-\x5f\x61-\x7e]+$/);
      expect(email.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cs}]/u);
      expect(JSON.parse(json)).toMatchObject({ version: 1 });
    }
  });

  it('takes the largest group in its 256 KiB', () => {
    const long = '"é'.repeat(60);
    const longer = '"é'.repeat(300);
    const service = { id: 'x'.repeat(60), name: long, group: long, runbook: longer };
    const alert = { ...ALERT, name: long, target: longer, reasons: Array(3).fill('"é'.repeat(100)) };
    const page = { ...outboxEntry().page, service, alerts: Array(10).fill(alert) };
    const { input } = toPublish(renderAll(grouped(200, () => ({ page }))), 'arn:aws:sns:eu-central-1:000000000000:t');
    const attributes = JSON.stringify(input.MessageAttributes);
    expect(Buffer.byteLength((input.Message ?? '') + attributes)).toBeLessThan(256 * 1024);
  });

  it('lets subscriptions filter a group by each of its services and severities', () => {
    const severities = ['critical', 'warning'] as const;
    const message = grouped(2, index => ({
      page: {
        ...outboxEntry().page,
        service: { id: `s${index}`, name: `S${index}` },
        severity: severities[index] ?? 'info',
      },
    }));
    expect(toPublish(renderAll(message), 'arn', 'alice').input.MessageAttributes).toMatchObject({
      service: { DataType: 'String.Array', StringValue: '["s0","s1"]' },
      severity: { DataType: 'String.Array', StringValue: '["critical","warning"]' },
      event: { DataType: 'String', StringValue: 'opened' },
      to: { DataType: 'String', StringValue: 'alice' },
    });
  });
});

describe('a message of a group', () => {
  const subjectOf = (message: Outgoing) => renderAll(message).subject;
  const inStates = (...events: readonly OutboxEntry['event'][]) =>
    grouped(events.length, index => ({ event: events[index] ?? 'opened' }));

  it('names how many, of what, and as many names as fit', () => {
    expect(subjectOf(grouped(12))).toBe(
      'DOWN 12 services of storefront: Checkout, Search, Cart, Payments, Login, Catalogue and 6 more',
    );
    expect(subjectOf(grouped(2))).toBe('DOWN 2 services of storefront: Checkout, Search');
  });

  it('counts what is in different states apart', () => {
    expect(subjectOf(inStates('opened', 'opened', 'resolved'))).toBe(
      'DOWN 2, UP 1 services of storefront: Checkout, Search, Cart',
    );
  });

  it('names no group when they share none', () => {
    const apart = grouped(2, index => ({
      page: { ...outboxEntry().page, service: { id: `s${index}`, name: `S${index}`, group: `g${index}` } },
    }));
    expect(subjectOf(apart)).toBe('DOWN 2 services: S0, S1');
  });

  it('lists what it can and says how many more there are', () => {
    expect(renderAll(grouped(60)).email).toContain('\nand 20 more\n');
    expect(JSON.stringify(slackBody(grouped(60)))).toContain('and 40 more services');
    expect(telegramBody(grouped(60), '1').text).toMatch(/and 4\d more services/);
  });
});

describe('links', () => {
  const withRunbook = (runbook: string, links: Links = LINKS) =>
    outgoing(outboxEntry({}, { service: { id: 'shop', name: 'Shop', runbook } }), links);

  it('a runbook that is a sentence is told as one', () => {
    expect(JSON.stringify(slackBody(withRunbook('Restart it twice')))).toContain('*Runbook*\\nRestart it twice');
  });

  it('an address cannot end the link that it is in', () => {
    const text = telegramBody(withRunbook('https://wiki.example/"><b>x</b>|)>'), '1').text;
    expect(text).toContain('<a href="https://wiki.example/%22%3E%3Cb%3Ex%3C/b%3E%7C%29%3E">Runbook</a>');
  });

  it.each(['javascript:alert(1)', 'file:///etc/passwd', 'not an address'])('%s is no link', runbook => {
    const { links } = MESSAGES.opened;
    expect(JSON.stringify(pagerdutyBody(withRunbook(runbook, links).entries[0], links, 'key'))).not.toContain(
      `"href":"${runbook}`,
    );
  });

  it('without a key to sign with there is nothing to acknowledge by', () => {
    expect(JSON.stringify(teamsBody(outgoing(outboxEntry(), { statusUrl: LINKS.statusUrl })))).not.toContain(
      'Acknowledge',
    );
  });
});

describe('keys', () => {
  it('an incident whose id is too long for PagerDuty keeps a key of its own', () => {
    const [one, other] = [dedupKey(`${'x'.repeat(300)}1`), dedupKey(`${'x'.repeat(300)}2`)];
    expect(one.length).toBe(255);
    expect(one).not.toBe(other);
  });

  it('Alertmanager ends what was sent under a milder severity when it is raised', () => {
    const alerts = alertmanagerBody(MESSAGES.raised.entries[0], LINKS);
    const open = alerts.filter(({ endsAt }) => endsAt > '2026-11-21');
    expect(open.map(({ labels }) => labels.severity)).toEqual(['critical']);
    expect(alerts.map(({ labels }) => labels.severity)).toEqual(['critical', 'error', 'warning', 'info']);
  });

  it('Alertmanager knows an alert again from its first message to its last', () => {
    const [opened] = alertmanagerBody(MESSAGES.opened.entries[0], LINKS);
    const [resolved] = alertmanagerBody(MESSAGES.resolved.entries[0], LINKS);
    expect(resolved?.labels).toEqual(opened?.labels);
    expect(resolved?.endsAt).toBe('2026-11-20T10:15:00.000Z');
  });
});

describe('a template', () => {
  it.each([
    ['{{service.name}}', 'Shop "A"', 'Shop \\"A\\"'],
    ['{{ alerts.0.reasons.1 }}', '', 'second'],
    ['{{alerts}}', '', '[{"reasons":["first","second"]}]'],
    ['{{count}} {{missing}}{{service.constructor}}{{__proto__}}', '', '12 '],
    ['{{service.name}}', '{{count}}', '{{count}}'],
    ['{{', '', '{{'],
  ])('%s', (template, name, filled) => {
    const data = { service: { name }, alerts: [{ reasons: ['first', 'second'] }], count: 12 };
    expect(fillTemplate(template, data)).toBe(filled);
  });
});

describe('an address in a link', () => {
  it.each([
    ['http://[::1]:7800/i/x', 'http://[::1]:7800/i/x'],
    ['https://ada:secret@wiki.example/x', 'https://wiki.example/x'],
    ['https://wiki.example/a|b(c)[d]?q=<e>', 'https://wiki.example/a%7Cb%28c%29%5Bd%5D?q=%3Ce%3E'],
  ])('%s is %s', (address, url) => {
    expect(webAddress(address)).toBe(url);
  });
});
