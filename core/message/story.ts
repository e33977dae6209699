import type { OutboxEntry, PageAlert } from '../state.ts';
import { type Fact, factsOf } from './facts.ts';
import { groupFacts, groupHeadline, groupLine, groupReason, namesWithin } from './group.ts';
import { acknowledgeLink, incidentLink, webAddress } from './links.ts';
import type { Links, Outgoing } from './outgoing.ts';
import { cut, oneLine, plainName } from './plain-text.ts';
import { detail, headline } from './short.ts';

/**
 * What a chat is told, before it is written in the markup of one: all of it on single lines, without controls, and
 * bounded. Names keep their own letters. What is not escaped yet must be escaped by whoever writes it.
 */
export interface Story {
  /** Whether to worry: something is wrong, something changed, it is over. */
  readonly tone: 'bad' | 'notice' | 'good';
  /** `DOWN Checkout / Checkout API`, at most 120 characters. */
  readonly title: string;
  /** Title and reason in one line, for notifications and screen readers; at most 300 characters. */
  readonly summary: string;
  /** At most eight. */
  readonly facts: readonly Fact[];
  /** What is wrong, one by one; at most twenty. */
  readonly sections: readonly Section[];
  /** How many there are beyond those, and of what. */
  readonly beyond: { readonly count: number; readonly of: 'monitors' | 'services' };
  /** The most urgent first. */
  readonly links: readonly Link[];
}

export interface Section {
  readonly heading: string;
  /** What was asked: an address or a host. */
  readonly target?: string;
  /** At most three. */
  readonly reasons: readonly string[];
  readonly link?: Link;
}

export interface Link {
  readonly text: string;
  /** A web address in canonical form. */
  readonly url: string;
}

const LONGEST_SUMMARY = 300;
const LONGEST_NAME = 120;
const LONGEST_TARGET = 300;
const LONGEST_REASON = 200;
const LONGEST_FACT = 300;
const REASONS = 3;
const SECTIONS = 20;

export function storyOf({ entries, links }: Outgoing): Story {
  return entries.length === 1 ? storyOfOne(entries[0], links) : storyOfGroup(entries, links);
}

/** `and 3 more monitors`, when not all can be shown. */
export function andMore(story: Story, shown: number): string | undefined {
  const count = story.beyond.count + story.sections.length - shown;
  return count > 0 ? `and ${count} more ${story.beyond.of}` : undefined;
}

function storyOfOne(entry: OutboxEntry, links: Links): Story {
  const { event, page } = entry;
  const title = headline(entry, plainName);
  const { runbook } = page.service;
  const isOver = event === 'resolved';
  const advice = runbook === undefined || isOver || webAddress(runbook) !== undefined ? undefined : oneLine(runbook);
  return {
    tone: isOver ? 'good' : event === 'acknowledged' || event === 'flapping' ? 'notice' : 'bad',
    title: cut(title, LONGEST_NAME),
    summary: cut(`${title}${oneLine(detail(entry))}`, LONGEST_SUMMARY),
    facts: [...factsOf(entry), ...(advice === undefined ? [] : [{ label: 'Runbook', value: advice }])].map(bounded),
    // What is over needs no telling one by one.
    sections: isOver ? [] : page.alerts.slice(0, SECTIONS).map(sectionOf),
    beyond: { count: isOver ? 0 : page.moreAlerts + Math.max(0, page.alerts.length - SECTIONS), of: 'monitors' },
    links: [
      ...linkTo('Acknowledge', acknowledgeLink(entry, links)),
      ...linkTo('Incident', incidentLink(entry, links)),
      ...linkTo('Runbook', isOver ? undefined : runbook),
    ],
  };
}

function storyOfGroup(entries: Outgoing['entries'], links: Links): Story {
  const title = groupHeadline(entries);
  const names = namesWithin(entries, LONGEST_SUMMARY - title.length - 2, text => text.length);
  const isOver = entries.every(({ event }) => event === 'resolved');
  const isQuiet = entries.every(({ event }) => event === 'resolved' || event === 'acknowledged');
  return {
    tone: isOver ? 'good' : isQuiet ? 'notice' : 'bad',
    title: cut(title, LONGEST_NAME),
    summary: names === '' ? title : `${title}: ${names}`,
    facts: groupFacts(entries).map(bounded),
    sections: entries.slice(0, SECTIONS).map(entry => groupSection(entry, links)),
    beyond: { count: Math.max(0, entries.length - SECTIONS), of: 'services' },
    links: linkTo('Status', `${links.statusUrl}/`),
  };
}

function sectionOf(alert: PageAlert): Section {
  const name = cut(plainName(alert.name, alert.monitor), LONGEST_NAME);
  const target = cut(oneLine(alert.target ?? ''), LONGEST_TARGET);
  return {
    heading: alert.kind === undefined ? name : `${name}: ${alert.kind}`,
    ...(target !== '' && { target }),
    reasons: shown(alert.reasons),
  };
}

function groupSection(entry: OutboxEntry, links: Links): Section {
  const reason = groupReason(entry);
  const acknowledge = linkTo('Acknowledge', acknowledgeLink(entry, links))[0];
  const link = acknowledge ?? linkTo('Incident', incidentLink(entry, links))[0];
  return {
    heading: cut(groupLine(entry, plainName), LONGEST_SUMMARY),
    reasons: reason === undefined ? [] : shown([reason]),
    ...(link !== undefined && { link }),
  };
}

function shown(reasons: readonly string[]): readonly string[] {
  const lines = reasons.slice(0, REASONS).map(reason => cut(oneLine(reason), LONGEST_REASON));
  return lines.filter(line => line !== '');
}

function linkTo(text: string, address: string | undefined): readonly Link[] {
  const url = address === undefined ? undefined : webAddress(address);
  return url === undefined ? [] : [{ text, url }];
}

/** Never empty: Discord refuses a message for an empty field. */
function bounded({ label, value }: Fact): Fact {
  return { label, value: cut(value, LONGEST_FACT) || '-' };
}
