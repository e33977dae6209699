import { parseCron } from '../calendar/cron.ts';
import { DAY_MS } from '../calendar/zone.ts';
import { readSpan } from './build-on-call.ts';
import { type Known, matchComplaints, seconds } from './build-routes.ts';
import type { Complaint, ConfigPath } from './complaint.ts';
import { repeatedIds } from './names.ts';
import type { MaintenanceWindow } from './paging.ts';
import type { PagingFields, WindowFields } from './read-paging.ts';

/** The maintenance windows of the file, and what their fields get wrong. */
export function buildMaintenance(
  { maintenance }: PagingFields,
  known: Known,
): { readonly windows: readonly MaintenanceWindow[]; readonly complaints: readonly Complaint[] } {
  const complaints: Complaint[] = [...repeatedIds(maintenance, ['maintenance'])];
  const windows = maintenance.flatMap((fields, index) => {
    const path = ['maintenance', index];
    complaints.push(...matchComplaints(fields.match, [...path, 'match'], known));
    const when = toWhen(fields, path, complaints);
    const { id, reason, match } = fields;
    if (id === undefined || reason === undefined || when === undefined) return [];
    const groups = match.group === undefined ? {} : { groups: [match.group].flat() };
    const services = match.service === undefined ? {} : { services: [match.service].flat() };
    return [{ id, reason, match: { ...groups, ...services }, when }];
  });
  return { windows, complaints };
}

function toWhen(
  fields: WindowFields,
  path: ConfigPath,
  complaints: Complaint[],
): MaintenanceWindow['when'] | undefined {
  const complain = (key: string, message: string) => complaints.push({ path: [...path, key], message });
  const { once, cron, duration, zone, isBroken } = fields;
  if (once !== undefined) {
    if (cron !== undefined) complain('cron', 'cannot stand beside once: make them two windows');
    if (duration !== undefined) complain('duration', 'goes with cron; once has a `to`');
    if (zone !== undefined) complain('zone', 'goes with cron; put it under once');
    return toOnce(once, [...path, 'once'], complaints);
  }
  if (cron === undefined) {
    if (!isBroken) complaints.push({ path, message: 'must have once or cron' });
    return undefined;
  }
  const parsed = parseCron(cron);
  if (!parsed.ok) complain('cron', parsed.problem);
  if (duration === undefined && !isBroken) complain('duration', 'is missing');
  if (zone === undefined && !isBroken) complain('zone', 'is missing');
  if (duration === undefined || zone === undefined) return undefined;
  return { type: 'cron', cron, durationSeconds: seconds(duration), zone };
}

const LONGEST_DAYS = 30;

function toOnce(
  fields: NonNullable<WindowFields['once']>,
  path: ConfigPath,
  complaints: Complaint[],
): MaintenanceWindow['when'] | undefined {
  const { fromAt, toAt, complaints: wrong } = readSpan(fields, fields.zone, path);
  // With a zone that is wrong there is nothing to read them by.
  if (!fields.isBroken || fields.zone !== undefined) complaints.push(...wrong);
  if (fromAt === undefined || toAt === undefined) return undefined;
  if (toAt - fromAt > LONGEST_DAYS * DAY_MS) {
    complaints.push({ path: [...path, 'to'], message: `must be at most ${LONGEST_DAYS}d after \`from\`` });
  }
  return { type: 'once', fromAt, toAt };
}
