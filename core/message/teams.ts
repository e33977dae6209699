import type { Outgoing } from './outgoing.ts';
import { fitting } from './room.ts';
import { andMore, type Link, type Section, type Story, storyOf } from './story.ts';

/**
 * The body of a Microsoft Teams incoming webhook (Workflows): an Adaptive Card 1.4. Text stands in runs, which know no
 * markup, so nothing needs an escape. Teams takes 28 KB by its documents and somewhat less in practice, and says 202
 * before it looks: this stays below 20,000 bytes. Sources:
 * https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/add-incoming-webhook,
 * https://adaptivecards.io/explorer/RichTextBlock.html
 */
export function teamsBody(outgoing: Outgoing) {
  const story = storyOf(outgoing);
  const sections = fitting(story.sections.map(sectionBlock), ROOM_FOR_SECTIONS, bytes);
  const more = andMore(story, sections.length);
  return {
    type: 'message' as const,
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive' as const,
        contentUrl: null,
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json' as const,
          type: 'AdaptiveCard' as const,
          version: '1.4' as const,
          fallbackText: story.summary,
          msteams: { width: 'Full' as const },
          body: [
            text([{ text: story.title, size: 'Large', weight: 'Bolder', color: COLORS[story.tone] }]),
            ...story.facts.map(({ label, value }) => text([{ text: `${label}  `, weight: 'Bolder' }, { text: value }])),
            ...sections,
            ...(more === undefined ? [] : [text([{ text: more }])]),
          ],
          actions: story.links.map(openLink),
        },
      },
    ],
  };
}

/** Title, summary, facts and links take at most 8,000 bytes of their own. */
const ROOM_FOR_SECTIONS = 12_000;

const COLORS: Readonly<Record<Story['tone'], 'Attention' | 'Warning' | 'Good'>> = {
  bad: 'Attention',
  notice: 'Warning',
  good: 'Good',
};

interface Run {
  readonly text: string;
  readonly size?: 'Large';
  readonly weight?: 'Bolder';
  readonly color?: 'Attention' | 'Warning' | 'Good';
  readonly fontType?: 'Monospace';
  readonly selectAction?: ReturnType<typeof openLink>;
}

function text(runs: readonly Run[]) {
  return { type: 'RichTextBlock' as const, inlines: runs.map(run => ({ type: 'TextRun' as const, ...run })) };
}

function sectionBlock({ heading, target, reasons, link }: Section) {
  const lines: readonly Run[] = [
    ...(target === undefined ? [] : [{ text: target }]),
    ...reasons.map(reason => ({ text: reason, fontType: 'Monospace' as const })),
    ...(link === undefined ? [] : [{ text: link.text, selectAction: openLink(link) }]),
  ];
  const below = lines.map(run => ({ ...text([run]), spacing: 'None' as const }));
  const items = [text([{ text: heading, weight: 'Bolder' }]), ...below];
  return { type: 'Container' as const, separator: true, items };
}

function openLink({ text: title, url }: Link) {
  return { type: 'Action.OpenUrl' as const, title, url };
}

function bytes(block: object): number {
  return Buffer.byteLength(JSON.stringify(block)) + 1;
}
