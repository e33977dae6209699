import { formatDuration } from '../duration.ts';
import type { OutboxEntry, PageAlert } from '../state.ts';
import { oneLine, utc, utcTime } from './plain-text.ts';
import { headline, incidentLink } from './short.ts';

/** What happened, since when, why, what was seen, what to do: in the order in which a person just woken asks. */
export function emailText(entry: OutboxEntry, statusUrl: string): string {
  const { page } = entry;
  const sections = [
    headline(entry),
    facts(entry),
    ...page.alerts.map(alert => alertSection(alert, entry)),
    ...(page.moreAlerts > 0 ? [`and ${page.moreAlerts} more monitors`] : []),
    whereToLook(entry, statusUrl),
    `Incident ${entry.incident}, message ${entry.sequence}. Sent by Tocsin.`,
  ];
  return `${sections.join('\n\n')}\n`;
}

function facts({ event, page, createdAt }: OutboxEntry): string {
  const service = oneLine(page.service.name) || page.service.id;
  const lines = [
    `Service   ${service}${page.service.group === undefined ? '' : ` (${oneLine(page.service.group)})`}`,
    `Severity  ${page.severity}`,
  ];
  if (event === 'resolved') {
    const backAt = page.backAt ?? createdAt;
    lines.push(
      `Down      from ${utc(page.sinceAt)} to ${utc(backAt)}, ${formatDuration(backAt - page.sinceAt) || '0s'}`,
    );
    if (page.resolvedBecause !== undefined) lines.push(`Ended     ${page.resolvedBecause}`);
  } else {
    lines.push(`Since     ${utc(page.sinceAt)}`);
  }
  if (page.untold !== undefined) lines.push(`Missed    ${page.untold} earlier, of which no message could be sent`);
  return lines.join('\n');
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

function whereToLook(entry: OutboxEntry, statusUrl: string): string {
  const { runbook } = entry.page.service;
  return [
    ...(runbook === undefined || entry.event === 'resolved' ? [] : [`Runbook   ${oneLine(runbook)}`]),
    `Incident  ${incidentLink(entry, statusUrl)}`,
    `Status    ${statusUrl}/`,
  ].join('\n');
}
