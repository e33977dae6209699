import type { Outgoing } from './outgoing.ts';
import { escapedWithin } from './room.ts';
import { andMore, type Link, type Section, type Story, storyOf } from './story.ts';

/**
 * The body of a Slack incoming webhook, in Block Kit: at most 50 blocks, a header of 150 characters, texts of 3,000,
 * fields of 2,000. Links are text, not buttons: a click on a button is an event that somebody must answer, and where
 * nobody does Slack shows a warning beside it. Source: https://docs.slack.dev/reference/block-kit/blocks
 */
export function slackBody(outgoing: Outgoing) {
  const story = storyOf(outgoing);
  const more = andMore(story, story.sections.length);
  return {
    /** For notifications and screen readers. */
    text: slackText(story.summary, LONGEST_FALLBACK),
    // A preview would fetch the links before anybody has clicked on them.
    unfurl_links: false,
    unfurl_media: false,
    blocks: [
      header(`${MARKS[story.tone]} ${story.title}`),
      { type: 'section' as const, fields: story.facts.map(({ label, value }) => field(label, value)) },
      ...story.sections.map(each => section(sectionText(each))),
      ...(more === undefined ? [] : [section(more)]),
      ...(story.links.length === 0 ? [] : [section(story.links.map(linkText).join('   '))]),
    ],
  };
}

export type SlackBody = ReturnType<typeof slackBody>;

/** Told apart at a glance on a lock screen. */
const MARKS: Readonly<Record<Story['tone'], string>> = { bad: '🔴', notice: '🟡', good: '🟢' };

const LONGEST_FALLBACK = 1000;
const LONGEST_HEADER = 150;
const LONGEST_FIELD = 1000;
/** Heading, target and three reasons of this many together stay below 3,000. */
const LONGEST_PART = 540;

/** Plain text: nothing in it is markup, and `:fire:` stays as it is written. */
function header(text: string) {
  const whole = escapedWithin(text, LONGEST_HEADER, character => character);
  return { type: 'header' as const, text: { type: 'plain_text' as const, text: whole, emoji: false } };
}

/** Verbatim: no address, channel or name in it becomes a link or a mention by itself. */
function markup(text: string) {
  return { type: 'mrkdwn' as const, text, verbatim: true };
}

function section(text: string) {
  return { type: 'section' as const, text: markup(text) };
}

function field(label: string, value: string) {
  return markup(`*${label}*\n${slackText(value, LONGEST_FIELD)}`);
}

function sectionText({ heading, target, reasons, link }: Section): string {
  const head = `*${slackText(heading, LONGEST_PART)}*`;
  return [
    link === undefined ? head : `${head}  ${linkText(link)}`,
    ...(target === undefined ? [] : [code(target)]),
    ...reasons.map(reason => `• ${code(reason)}`),
  ].join('\n');
}

/** In a code span nothing is markup but its own end. */
function code(text: string): string {
  return `\`${escapedWithin(text, LONGEST_PART, character => CODE_ESCAPES[character] ?? character)}\``;
}

/** The address is in canonical form: of what ends a link nothing but the ampersand is left in it. */
function linkText({ text, url }: Link): string {
  return `<${url.replaceAll('&', '&amp;')}|${text}>`;
}

/** Slack knows three escapes and none for its formatting: those characters give way to others that look alike. */
function slackText(text: string, room: number): string {
  return escapedWithin(text, room, character => ESCAPES[character] ?? character);
}

const CODE_ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '`': 'ˋ' };
const ESCAPES: Readonly<Record<string, string>> = { ...CODE_ESCAPES, '*': '∗', '~': '∼' };
