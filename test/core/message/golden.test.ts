import { describe, expect, it } from 'vitest';
import { alertmanagerBody } from '../../../core/message/alertmanager.ts';
import { discordBody } from '../../../core/message/discord.ts';
import { renderAll } from '../../../core/message/message.ts';
import type { Outgoing } from '../../../core/message/outgoing.ts';
import { pagerdutyBody } from '../../../core/message/pagerduty.ts';
import { slackBody } from '../../../core/message/slack.ts';
import { teamsBody } from '../../../core/message/teams.ts';
import { telegramBody } from '../../../core/message/telegram.ts';
import { webhookBody } from '../../../core/message/webhook.ts';
import { MESSAGES } from '../../support/outgoing.ts';

/**
 * Every message as it leaves, in files that a person has read as the one who is woken by it. `vitest -u` writes them
 * anew: read what changed.
 */
const WRITTEN: Readonly<Record<string, (message: Outgoing) => string>> = {
  'subject.txt': message => `${renderAll(message).subject}\n`,
  'email.txt': message => renderAll(message).email,
  'sms.txt': message => `${renderAll(message).sms}\n`,
  'slack.json': message => json(slackBody(message)),
  'teams.json': message => json(teamsBody(message)),
  'discord.json': message => json(discordBody(message)),
  'telegram.json': message => json(telegramBody(message, '-100123')),
};

/** Of channels that take the messages of a group one by one. */
const WRITTEN_ALONE: Readonly<Record<string, (message: Outgoing) => string>> = {
  'pagerduty.json': ({ entries: [entry], links }) => json(pagerdutyBody(entry, links, 'routing-key')),
  'webhook.json': ({ entries: [entry], links }) => json(JSON.parse(webhookBody(entry, links, undefined))),
  'alertmanager.json': ({ entries: [entry], links }) => json(alertmanagerBody(entry, links)),
};

function json(body: unknown): string {
  return `${JSON.stringify(body, undefined, 2)}\n`;
}

describe.each(Object.entries(MESSAGES))('the %s message', (event, message) => {
  const written = { ...WRITTEN, ...(event !== 'grouped' && WRITTEN_ALONE) };
  it.each(Object.entries(written))('reads as %s says', async (channel, write) => {
    await expect(write(message)).toMatchFileSnapshot(`../../fixtures/messages/${event}.${channel}`);
  });
});
