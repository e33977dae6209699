import * as z from 'zod';

/**
 * What each vendor documents of the bodies it takes, as far as Tocsin writes them: strict, so that a field which is not
 * documented is found.
 */

const webUrl = (longest: number) =>
  z
    .string()
    .max(longest)
    .refine(text => /^https?:$/.test(URL.parse(text)?.protocol ?? ''), 'is no web address');

const plainText = (longest: number) =>
  z.strictObject({
    type: z.literal('plain_text'),
    text: z.string().min(1).max(longest),
    emoji: z.boolean().optional(),
  });
const mrkdwn = (longest: number) =>
  z.strictObject({ type: z.literal('mrkdwn'), text: z.string().min(1).max(longest), verbatim: z.boolean().optional() });

/** https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks, https://docs.slack.dev/reference/block-kit/blocks */
export const slackSchema = z.strictObject({
  text: z.string().min(1).max(40_000),
  unfurl_links: z.boolean(),
  unfurl_media: z.boolean(),
  blocks: z
    .array(
      z.union([
        z.strictObject({ type: z.literal('header'), text: plainText(150) }),
        z.strictObject({ type: z.literal('section'), text: mrkdwn(3000) }),
        z.strictObject({ type: z.literal('section'), fields: z.array(mrkdwn(2000)).min(1).max(10) }),
      ]),
    )
    .max(50),
});

const openUrl = z.strictObject({ type: z.literal('Action.OpenUrl'), title: z.string().min(1), url: webUrl(4000) });
const richText = z.strictObject({
  type: z.literal('RichTextBlock'),
  spacing: z.enum(['None', 'Small', 'Default', 'Medium', 'Large']).optional(),
  inlines: z
    .array(
      z.strictObject({
        type: z.literal('TextRun'),
        text: z.string().min(1),
        size: z.enum(['Default', 'Small', 'Medium', 'Large']).optional(),
        weight: z.enum(['Default', 'Lighter', 'Bolder']).optional(),
        color: z.enum(['Default', 'Good', 'Warning', 'Attention']).optional(),
        fontType: z.enum(['Default', 'Monospace']).optional(),
        selectAction: openUrl.optional(),
      }),
    )
    .min(1),
});

/** https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using, https://adaptivecards.io/explorer */
export const teamsSchema = z
  .strictObject({
    type: z.literal('message'),
    attachments: z
      .array(
        z.strictObject({
          contentType: z.literal('application/vnd.microsoft.card.adaptive'),
          contentUrl: z.null(),
          content: z.strictObject({
            $schema: z.literal('http://adaptivecards.io/schemas/adaptive-card.json'),
            type: z.literal('AdaptiveCard'),
            version: z.literal('1.4'),
            fallbackText: z.string(),
            msteams: z.strictObject({ width: z.literal('Full') }),
            body: z.array(
              z.union([
                richText,
                z.strictObject({
                  type: z.literal('Container'),
                  separator: z.boolean(),
                  items: z.array(richText).min(1),
                }),
              ]),
            ),
            actions: z.array(openUrl).max(6),
          }),
        }),
      )
      .length(1),
  })
  .refine(body => Buffer.byteLength(JSON.stringify(body)) <= 21_000, 'is larger than Teams takes in practice');

/** https://docs.discord.com/developers/resources/webhook#execute-webhook, …/resources/message#embed-object-embed-limits */
export const discordSchema = z
  .strictObject({
    content: z.string().min(1).max(2000),
    allowed_mentions: z.strictObject({ parse: z.array(z.never()) }),
    embeds: z
      .array(
        z.strictObject({
          color: z.int().min(0).max(0xff_ff_ff),
          description: z.string().max(4096),
          fields: z
            .array(
              z.strictObject({
                name: z.string().min(1).max(256),
                value: z.string().min(1).max(1024),
                inline: z.boolean(),
              }),
            )
            .max(25),
        }),
      )
      .max(10),
  })
  .refine(({ embeds }) => {
    const lengths = embeds.flatMap(({ description, fields }) => [description, ...fields.flatMap(Object.values)]);
    return lengths.reduce((sum, text) => sum + (typeof text === 'string' ? text.length : 0), 0) <= 6000;
  }, 'is longer than all embeds may be together');

/** https://core.telegram.org/bots/api#sendmessage; every tag that is opened is one that Telegram knows, and is closed */
export const telegramSchema = z.strictObject({
  chat_id: z.string(),
  text: z.string().min(1).max(4096).refine(isTelegramHtml, 'is not HTML as Telegram takes it'),
  parse_mode: z.literal('HTML'),
  link_preview_options: z.strictObject({ is_disabled: z.boolean() }),
  disable_notification: z.boolean(),
});

function isTelegramHtml(text: string): boolean {
  const withoutTags = text
    .replace(/<b>([^<>]*)<\/b>/g, '$1')
    .replace(/<code>([^<>]*)<\/code>/g, '$1')
    .replace(/<a href="https?:\/\/[^"<>]*">([^<>]*)<\/a>/g, '$1');
  return !/[<>]/.test(withoutTags) && !/&(?!(lt|gt|amp|quot);)/.test(withoutTags);
}

const pagerdutyKnown = { routing_key: z.string().min(1), dedup_key: z.string().min(1).max(255) };

/** https://github.com/PagerDuty/developer-docs/blob/main/docs/events-API-v2/02-Trigger-Events.md */
export const pagerdutySchema = z
  .union([
    z.strictObject({ ...pagerdutyKnown, event_action: z.enum(['acknowledge', 'resolve']) }),
    z.strictObject({
      ...pagerdutyKnown,
      event_action: z.literal('trigger'),
      client: z.string(),
      client_url: webUrl(4000),
      payload: z.strictObject({
        summary: z.string().min(1).max(1024),
        source: z.string().min(1),
        severity: z.enum(['critical', 'error', 'warning', 'info']),
        timestamp: z.iso.datetime(),
        component: z.string().optional(),
        group: z.string().optional(),
        class: z.string().optional(),
        custom_details: z.record(z.string(), z.unknown()),
      }),
      links: z.array(z.strictObject({ href: webUrl(4000), text: z.string().min(1) })),
    }),
  ])
  .refine(body => Buffer.byteLength(JSON.stringify(body)) <= 512 * 1024, 'is larger than 512 KB');

const labelSet = z.record(z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/), z.string());

/** https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml, postableAlerts */
export const alertmanagerSchema = z.array(
  z
    .strictObject({
      labels: labelSet.refine(labels => (labels.alertname ?? '') !== '', 'has no name'),
      annotations: labelSet.optional(),
      startsAt: z.iso.datetime(),
      endsAt: z.iso.datetime(),
      generatorURL: webUrl(4000).optional(),
    })
    .refine(({ startsAt, endsAt }) => startsAt <= endsAt, 'ends before it starts'),
);
