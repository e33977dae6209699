import type { MaintenanceWindow } from '../config/paging.ts';
import { activeSince, type Cron, parseCron } from './cron.ts';

/**
 * The first window of the list in which work is going on at a service, and when that occurrence of it ends; undefined when there is
 * none. A service without a group is in no window that names groups.
 */
export function maintenanceOf(
  windows: readonly MaintenanceWindow[],
  subject: { readonly group?: string; readonly service: string },
  at: number,
): { readonly window: MaintenanceWindow; readonly untilAt: number } | undefined {
  for (const window of windows) {
    const { groups, services } = window.match;
    if (services !== undefined && !services.includes(subject.service)) continue;
    if (groups !== undefined && (subject.group === undefined || !groups.includes(subject.group))) continue;
    const untilAt = endOf(window.when, at);
    if (untilAt !== undefined) return { window, untilAt };
  }
  return undefined;
}

/** When the occurrence that covers an instant ends. */
function endOf(when: MaintenanceWindow['when'], at: number): number | undefined {
  switch (when.type) {
    case 'once':
      return at >= when.fromAt && at < when.toAt ? when.toAt : undefined;
    case 'cron': {
      const startAt = activeSince(cronOf(when.cron), when.durationSeconds, when.zone, at);
      return startAt === undefined ? undefined : startAt + when.durationSeconds * 1000;
    }
  }
}

/** What has been read before: the same few expressions are asked about at every run. */
const known = new Map<string, Cron>();

function cronOf(text: string): Cron {
  const cached = known.get(text);
  if (cached !== undefined) return cached;
  const parsed = parseCron(text);
  if (!parsed.ok) throw new Error(`The cron expression ${parsed.problem}`);
  known.set(text, parsed.cron);
  return parsed.cron;
}
