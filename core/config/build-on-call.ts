import { DAY_MS, weekdayOf } from '../calendar/zone.ts';
import { type Complaint, type ConfigPath, quoted } from './complaint.ts';
import { readMoment } from './moments.ts';
import { nameComplaints, placesOf, repeatedIds } from './names.ts';
import { type Rota, type RotaMember, TOPIC_CHANNEL } from './paging.ts';
import type { ChannelFields, PagingFields, RotaFields } from './read-paging.ts';
import { WEEKDAYS } from './schema-fields.ts';

/** The rotas of the file, and what their fields get wrong. */
export function buildRotas({ onCall, channels }: PagingFields): {
  readonly rotas: readonly Rota[];
  readonly complaints: readonly Complaint[];
} {
  const complaints: Complaint[] = [...repeatedIds(onCall, ['onCall']), ...contactComplaints(onCall)];
  const rotas = onCall.flatMap((fields, index) => {
    const path = ['onCall', index];
    complaints.push(...memberComplaints(fields, path, channels), ...repeatedIds(fields.members, [...path, 'members']));
    return toRota(fields, path, complaints) ?? [];
  });
  return { rotas, complaints };
}

function toRota(fields: RotaFields, path: ConfigPath, complaints: Complaint[]): Rota | undefined {
  const { id, zone, from, rotation = 'weekly' } = fields;
  const read = fields.handover === undefined ? undefined : readHandover(fields.handover, rotation);
  if (read !== undefined && 'problem' in read) complaints.push({ path: [...path, 'handover'], message: read.problem });
  const handover = read === undefined || 'problem' in read ? undefined : read;
  if (from !== undefined && rotation === 'weekly' && handover !== undefined) {
    const message = firstDayProblem(from, handover.weekday);
    if (message !== undefined) complaints.push({ path: [...path, 'from'], message });
  }
  const overrides = toOverrides(fields, path, complaints);
  if (id === undefined || zone === undefined || from === undefined || handover === undefined) return undefined;
  return { id, zone, rotation, handover, from, members: fields.members.flatMap(toMember), overrides };
}

function toMember({ id, name, email, phone, channels = [] }: RotaFields['members'][number]): readonly RotaMember[] {
  if (id === undefined) return [];
  const contact = { ...(email !== undefined && { email }), ...(phone !== undefined && { phone }) };
  return [{ id, name: name ?? id, ...contact, channels }];
}

type Handover = Rota['handover'] | { readonly problem: string };

function readHandover(text: string, rotation: Rota['rotation']): Handover {
  const [, day, hours, minutes] = /^(?:([a-z]{3}) )?([01]\d|2[0-3]):([0-5]\d)$/.exec(text) ?? [];
  const weekday = WEEKDAYS.indexOf(day ?? '') + 1;
  const minute = Number(hours) * 60 + Number(minutes);
  if (rotation === 'daily') {
    if (hours !== undefined && day === undefined) return { minute, weekday: 1 };
    return { problem: `must be a time such as "09:00", since turns change daily, got ${quoted(text)}` };
  }
  if (hours !== undefined && weekday > 0) return { minute, weekday };
  return {
    problem: `must be a weekday and a time such as "mon 09:00", since turns change weekly, got ${quoted(text)}`,
  };
}

/** The first turn begins with a handover. */
function firstDayProblem(from: string, weekday: number): string | undefined {
  const day = Date.parse(`${from}T00:00:00Z`);
  const late = (weekdayOf(day) - weekday + 7) % 7;
  if (late === 0) return undefined;
  const before = new Date(day - late * DAY_MS).toISOString().slice(0, 10);
  return `is a ${WEEKDAYS[weekdayOf(day) - 1]}, but turns change on ${WEEKDAYS[weekday - 1]}: write ${before}`;
}

function toOverrides(fields: RotaFields, path: ConfigPath, complaints: Complaint[]): Rota['overrides'] {
  const ids = fields.members.flatMap(({ id }) => id ?? []);
  return fields.overrides.flatMap(({ member, from, to }, index) => {
    const place = [...path, 'overrides', index];
    complaints.push(...nameComplaints(member, [...place, 'member'], ids, 'who is no member of this rota'));
    const span = readSpan({ from, to }, fields.zone, place);
    // Without a zone, which has been complained about, there is nothing to read them by.
    if (fields.zone !== undefined) complaints.push(...span.complaints);
    return member === undefined || span.fromAt === undefined || span.toAt === undefined
      ? []
      : [{ member, fromAt: span.fromAt, toAt: span.toAt }];
  });
}

/** The instants of a `from` and a `to`, and what is wrong with them. */
export function readSpan(
  { from, to }: { readonly from?: string | undefined; readonly to?: string | undefined },
  zone: string | undefined,
  path: ConfigPath,
): { readonly fromAt?: number; readonly toAt?: number; readonly complaints: readonly Complaint[] } {
  const complaints: Complaint[] = [];
  const read = (text: string | undefined, key: string) => {
    const moment = text === undefined ? undefined : readMoment(text, zone);
    if (moment !== undefined && 'at' in moment) return moment.at;
    if (moment !== undefined) complaints.push({ path: [...path, key], message: moment.problem });
    return undefined;
  };
  const fromAt = read(from, 'from');
  const toAt = read(to, 'to');
  if (fromAt === undefined || toAt === undefined) return { complaints };
  if (toAt <= fromAt) complaints.push({ path: [...path, 'to'], message: 'must be after `from`' });
  return { fromAt, toAt, complaints };
}

function memberComplaints(
  { members }: RotaFields,
  path: ConfigPath,
  channels: readonly ChannelFields[],
): readonly Complaint[] {
  const known = [TOPIC_CHANNEL, ...channels.flatMap(({ id }) => id ?? [])];
  const rotating = new Set(channels.flatMap(({ id, type }) => (type === 'onCall' && id !== undefined ? [id] : [])));
  return members.flatMap((member, index) => {
    const place = [...path, 'members', index];
    const isReached = member.email !== undefined || member.phone !== undefined || (member.channels?.length ?? 0) > 0;
    const unreached = { path: place, message: 'cannot be reached: give them email, phone or channels' };
    return [
      ...(isReached || member.isBroken ? [] : [unreached]),
      ...nameComplaints(member.channels, [...place, 'channels'], known, 'which is not under channels'),
      ...placesOf(member.channels, [...place, 'channels'])
        .filter(({ name }) => rotating.has(name))
        .map(each => ({ path: each.path, message: `names ${quoted(each.name)}, which is a rota, not a person's own` })),
    ];
  });
}

/** An id stands for one person, whatever the rota. */
function contactComplaints(onCall: readonly RotaFields[]): readonly Complaint[] {
  const first = new Map<string, { readonly member: RotaFields['members'][number]; readonly rota: number }>();
  return onCall.flatMap(({ members }, rota) =>
    members.flatMap((member, index): readonly Complaint[] => {
      if (member.id === undefined) return [];
      const known = first.get(member.id);
      if (known === undefined) first.set(member.id, { member, rota });
      if (known === undefined || known.rota === rota) return [];
      return (['email', 'phone'] as const)
        .filter(key => known.member[key] !== member[key])
        .map(key => ({
          path: ['onCall', rota, 'members', index, ...(member[key] === undefined ? [] : [key])],
          message: `differs from the ${key} of ${quoted(member.id ?? '')} in onCall[${known.rota}]: an id is one person`,
        }));
    }),
  );
}
