import type { OutboxEntry, PageAlert } from '../state.ts';
import { factsOf } from './facts.ts';
import { acknowledgeLink, incidentLink } from './links.ts';
import type { Links } from './outgoing.ts';
import { oneLine, utcTime } from './plain-text.ts';
import { headline } from './short.ts';

/** What happened, since when, why, what was seen, what to do: in the order in which a person just woken asks. */
export function emailText(entry: OutboxEntry, links: Links): string {
  const { page } = entry;
  const acknowledge = acknowledgeLink(entry, links);
  const sections = [
    headline(entry),
    factLines(factsOf(entry)),
    ...page.alerts.map(alert => alertSection(alert, entry)),
    ...(page.moreAlerts > 0 ? [`and ${page.moreAlerts} more monitors`] : []),
    ...(acknowledge === undefined ? [] : [`Acknowledge, and no reminder will come:\n${acknowledge}`]),
    whereToLook(entry, links),
    `Incident ${entry.incident}, message ${entry.sequence}. Sent by Tocsin.`,
  ];
  return `${sections.join('\n\n')}\n`;
}

/** One fact a line, the values below each other. */
export function factLines(facts: readonly { readonly label: string; readonly value: string }[]): string {
  return facts.map(({ label, value }) => `${label.padEnd(10)}${value}`).join('\n');
}

function alertSection(alert: PageAlert, { event }: OutboxEntry): string {
  const what = [alert.kind, alert.target === undefined ? undefined : oneLine(alert.target)].filter(
    part => part !== undefined,
  );
  const lines = [`${oneLine(alert.name) || alert.monitor}${what.length > 0 ? `: ${what.join(' ')}` : ''}`];
  if (event !== 'resolved') lines.push(...alert.reasons.map(reason => `  ${oneLine(reason)}`));
  if (alert.results.length > 0) lines.push('', '  Last results', ...alert.results.map(resultLine));
  if (alert.results.length < SHOWN_RESULTS) lines.push(`  Before: ${verdictWords(alert.recent)}`);
  return lines.join('\n');
}

/** A monitor of a long interval has few results in the last runs; then its verdicts tell the story. */
const SHOWN_RESULTS = 3;
const SHOWN_VERDICTS = 6;

function verdictWords(recent: string): string {
  const words: Readonly<Record<string, string>> = { u: 'up', g: 'degraded', d: 'down', '?': 'unknown' };
  return Array.from(recent.slice(-SHOWN_VERDICTS), letter => words[letter] ?? letter).join(', ') || 'never checked';
}

function resultLine({ slotAt, verdict, latencyMs, reason }: PageAlert['results'][number]): string {
  const latency = latencyMs === undefined ? '' : `${Math.round(latencyMs)} ms`;
  return `  ${utcTime(slotAt).padEnd(8)}  ${verdict.padEnd(8)}  ${latency.padStart(8)}  ${oneLine(reason ?? '')}`.trimEnd();
}

function whereToLook(entry: OutboxEntry, links: Links): string {
  const { runbook } = entry.page.service;
  return factLines([
    ...(runbook === undefined || entry.event === 'resolved' ? [] : [{ label: 'Runbook', value: oneLine(runbook) }]),
    { label: 'Incident', value: incidentLink(entry, links) },
    { label: 'Status', value: `${links.statusUrl}/` },
  ]);
}
