import type { Outgoing } from './outgoing.ts';
import { escapedWithin, fitting } from './room.ts';
import { andMore, type Link, type Section, type Story, storyOf } from './story.ts';

/**
 * The body of Telegram's `sendMessage`, in its HTML: at most 4,096 characters. Links are text: a button whose address
 * Telegram does not like, such as one of a laptop, would cost the whole message. Source:
 * https://core.telegram.org/bots/api#sendmessage, #html-style
 */
export function telegramBody(outgoing: Outgoing, chatId: string) {
  const story = storyOf(outgoing);
  const head = [
    `${MARKS[story.tone]} <b>${telegramText(story.title, LONGEST_TITLE)}</b>`,
    story.facts.map(({ label, value }) => `${label}: ${telegramText(value, LONGEST_FACT)}`).join('\n'),
  ].join('\n');
  const links = fitting(story.links.map(linkText), ROOM_FOR_LINKS, text => text.length + 3);
  const room = LONGEST_TEXT - head.length - links.join(' · ').length - ROOM_FOR_MORE;
  const sections = fitting(story.sections.map(sectionText), room, text => text.length + 2);
  const more = andMore(story, sections.length);
  const paragraphs = [head, ...sections, ...(more === undefined ? [] : [more]), links.join(' · ')];
  return {
    chat_id: chatId,
    text: paragraphs.filter(paragraph => paragraph !== '').join('\n\n'),
    parse_mode: 'HTML' as const,
    // A preview would fetch the link before anybody has clicked on it.
    link_preview_options: { is_disabled: true },
    // What is over wakes nobody.
    disable_notification: story.tone === 'good',
  };
}

const MARKS: Readonly<Record<Story['tone'], string>> = { bad: '🔴', notice: '🟡', good: '🟢' };

const LONGEST_TEXT = 4096;
const LONGEST_TITLE = 400;
const LONGEST_FACT = 200;
const LONGEST_PART = 400;
const ROOM_FOR_LINKS = 1000;
const ROOM_FOR_MORE = 50;

function sectionText({ heading, target, reasons, link }: Section): string {
  const head = `<b>${telegramText(heading, LONGEST_PART)}</b>`;
  return [
    link === undefined ? head : `${head} ${linkText(link)}`,
    ...(target === undefined ? [] : [code(target)]),
    ...reasons.map(code),
  ].join('\n');
}

/** As code, an address is no link and nothing is a mention. */
function code(text: string): string {
  return `<code>${telegramText(text, LONGEST_PART)}</code>`;
}

function linkText({ text, url }: Link): string {
  return `<a href="${url.replaceAll('&', '&amp;')}">${text}</a>`;
}

function telegramText(text: string, room: number): string {
  return escapedWithin(text, room, character => ESCAPES[character] ?? character);
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
