import { oneLine } from '../core/message/plain-text.ts';
import type { VerdictWord } from '../core/verdict.ts';
import type { Probed } from '../functions/probe-all.ts';
import { styled } from './terminal.ts';

const COLOURS = { up: 'green', degraded: 'yellow', down: 'red', unknown: 'magenta' } as const satisfies Record<
  VerdictWord,
  string
>;

const HEAD = ['VERDICT', 'MONITOR', 'DNS', 'CONNECT', 'TLS', 'FIRST BYTE', 'TOTAL', 'REASON'];
const FIRST_FIGURE = 2;
const LAST_FIGURE = 6;

/** One line a monitor; further reasons on lines of their own. Durations in milliseconds. */
export function checkTable(results: readonly Probed[]): string {
  const rows = results.map(row);
  const widths = HEAD.map((head, column) => Math.max(head.length, ...rows.map(cells => cells[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return column >= FIRST_FIGURE && column <= LAST_FIGURE ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  const indent = ' '.repeat(widths.slice(0, -1).reduce((sum, width) => sum + width + 2, 0));
  const lines = results.flatMap(({ verdict }, index) => {
    const text = line(rows[index] ?? []);
    const coloured = styled(COLOURS[verdict.verdict], verdict.verdict) + text.slice(verdict.verdict.length);
    return [coloured, ...verdict.reasons.slice(1).map(reason => indent + oneLine(reason))];
  });
  return [styled('dim', line(HEAD)), ...lines, '', summary(results)].join('\n');
}

function row({ monitor, observation, verdict }: Probed): string[] {
  const { dnsMs, connectMs, tlsMs, firstByteMs, totalMs } = observation.timings;
  const measured = observation.attempts > 0;
  return [
    verdict.verdict,
    oneLine(monitor.id),
    ...[dnsMs, connectMs, tlsMs, firstByteMs].map(milliseconds),
    measured ? milliseconds(totalMs) : '',
    oneLine(verdict.reasons[0] ?? ''),
  ];
}

function milliseconds(duration: number | undefined): string {
  return duration === undefined ? '' : duration.toFixed(1);
}

function summary(results: readonly Probed[]): string {
  const words: readonly VerdictWord[] = ['up', 'degraded', 'down', 'unknown'];
  return words
    .map(word => ({ word, count: results.filter(result => result.verdict.verdict === word).length }))
    .filter(({ count }) => count > 0)
    .map(({ word, count }) => `${count} ${word}`)
    .join(', ');
}

/** The results for machines. Durations in milliseconds, times ISO 8601 UTC. */
export function toJson(results: readonly Probed[]) {
  return results.map(({ monitor, observation, verdict }) => ({
    monitor: monitor.id,
    name: monitor.name,
    service: monitor.service,
    kind: monitor.kind,
    verdict: verdict.verdict,
    reasons: verdict.reasons,
    checkedAt: new Date(observation.startedAt).toISOString(),
    timings: observation.timings,
    attempts: observation.attempts,
    ip: observation.ip ?? null,
    status: observation.status ?? null,
    failure: observation.failure ?? null,
    certificateExpiresAt: observation.certificate ? new Date(observation.certificate.validToAt).toISOString() : null,
    dns: observation.dns ?? null,
  }));
}
