import type { Outgoing } from './outgoing.ts';
import { escapedWithin, fitting } from './room.ts';
import { andMore, type Link, type Section, type Story, storyOf } from './story.ts';

/**
 * The body of a Discord webhook: a content of at most 2,000 characters, which is what a phone shows, and one embed whose
 * description has at most 4,096, a field 1,024, all of it 6,000. It mentions nobody, whatever a name says. Sources:
 * https://docs.discord.com/developers/resources/webhook#execute-webhook,
 * https://docs.discord.com/developers/resources/message#embed-object-embed-limits
 */
export function discordBody(outgoing: Outgoing) {
  const story = storyOf(outgoing);
  const sections = fitting(story.sections.map(sectionText), ROOM_FOR_SECTIONS, text => text.length + 2);
  const more = andMore(story, sections.length);
  const links = fitting(story.links.map(linkText), ROOM_FOR_LINKS, text => text.length + 3);
  const paragraphs = [...sections, ...(more === undefined ? [] : [more]), links.join(' · ')];
  return {
    content: `**${discordText(story.summary, LONGEST_CONTENT)}**`,
    allowed_mentions: { parse: [] },
    embeds: [
      {
        color: COLORS[story.tone],
        description: paragraphs.filter(paragraph => paragraph !== '').join('\n\n'),
        fields: story.facts.map(({ label, value }) => ({
          name: label,
          value: discordText(value, LONGEST_FACT),
          inline: value.length <= SHORT_FACT,
        })),
      },
    ],
  };
}

const LONGEST_CONTENT = 1000;
const ROOM_FOR_SECTIONS = 2500;
const ROOM_FOR_LINKS = 1400;
/** Eight of them, with their labels, stay below what sections and links leave of the 6,000. */
const LONGEST_FACT = 240;
/** Short ones stand beside each other. */
const SHORT_FACT = 30;
const LONGEST_PART = 300;

const COLORS: Readonly<Record<Story['tone'], number>> = { bad: 0xd9_2d_20, notice: 0xf5_9e_0b, good: 0x16_a3_4a };

function sectionText({ heading, target, reasons, link }: Section): string {
  const head = `**${discordText(heading, LONGEST_PART)}**`;
  return [
    link === undefined ? head : `${head} ${linkText(link)}`,
    ...(target === undefined ? [] : [code(target)]),
    ...reasons.map(code),
  ].join('\n');
}

/** In a code span nothing is markup but its own end. */
function code(text: string): string {
  return `\`${escapedWithin(text, LONGEST_PART, character => (character === '`' ? 'ˋ' : character))}\``;
}

/** In angle brackets, so that Discord shows no preview of it. */
function linkText({ text, url }: Link): string {
  return `[${text}](<${url}>)`;
}

/** A backslash before what could begin formatting, a link, a mention or a heading; no more, for a phone may show it. */
function discordText(text: string, room: number): string {
  return escapedWithin(text, room, character => (/[\\`*_~|<>#[\]@]/.test(character) ? `\\${character}` : character));
}
