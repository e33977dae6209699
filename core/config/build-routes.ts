import { parseDuration } from '../duration.ts';
import type { Complaint, ConfigPath } from './complaint.ts';
import { nameComplaints } from './names.ts';
import { DEFAULT_ROUTE, type Route, TOPIC_CHANNEL, type WeeklyHours } from './paging.ts';
import type { HoursFields, NamesFields, PagingFields, RouteFields } from './read-paging.ts';
import { WEEKDAYS } from './schema-fields.ts';

/** What can be named in a route or a window. */
export interface Known {
  readonly groups: ReadonlySet<string>;
  readonly services: ReadonlySet<string>;
  readonly tags: ReadonlySet<string>;
}

/** The routes of the file and, unless the last is open to everything, the default one behind them. */
export function buildRoutes(
  { routes, channels }: PagingFields,
  known: Known,
): { readonly routes: readonly Route[]; readonly complaints: readonly Complaint[] } {
  const ids = new Set([TOPIC_CHANNEL, ...channels.flatMap(({ id }) => id ?? [])]);
  const complaints = routes.flatMap((fields, index) => routeComplaints(fields, ['routes', index], ids, known));
  const own = routes.map(toRoute);
  const all = routes.at(-1)?.isOpen === true ? own : [...own, DEFAULT_ROUTE];
  return { routes: all, complaints: [...complaints, ...unreachable(routes)] };
}

function toRoute(fields: RouteFields): Route {
  const { channels = [TOPIC_CHANNEL], remindEvery, ackTimeout, notifyOnResolve = true } = fields;
  const { severity, group, service, tag, during } = fields.match;
  return {
    match: {
      ...(severity !== undefined && { severities: [severity].flat() }),
      ...(group !== undefined && { groups: [group].flat() }),
      ...(service !== undefined && { services: [service].flat() }),
      ...(tag !== undefined && { tags: [tag].flat() }),
      ...(during?.zone !== undefined && { during: toHours(during, during.zone) }),
    },
    channels,
    ...(remindEvery !== undefined && { remindEverySeconds: seconds(remindEvery) }),
    escalate: fields.escalate.map(({ after = '', to = [] }) => ({ afterSeconds: seconds(after), to })),
    notifyOnResolve,
    ...(ackTimeout !== undefined && { ackTimeoutSeconds: seconds(ackTimeout) }),
  };
}

function toHours({ days = ['mon-sun'], from = '00:00', to = '24:00' }: HoursFields, zone: string): WeeklyHours {
  // Midnight ends a day where it is an end.
  return { days: daysOf([days].flat()), fromMinute: minuteOf(from), toMinute: minuteOf(to) || 1440, zone };
}

/** `['sat-mon']` → `[1, 6, 7]` */
function daysOf(ranges: readonly string[]): readonly number[] {
  const days = ranges.flatMap(range => {
    const [first = 0, last = first] = range.split('-').map(day => WEEKDAYS.indexOf(day));
    return Array.from({ length: ((last - first + 7) % 7) + 1 }, (_, index) => ((first + index) % 7) + 1);
  });
  return [...new Set(days)].sort((one, other) => one - other);
}

/** `09:30` → 570 */
export function minuteOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}

function routeComplaints(
  fields: RouteFields,
  path: ConfigPath,
  channels: ReadonlySet<string>,
  known: Known,
): readonly Complaint[] {
  const unknown = 'which is not under channels';
  const { during } = fields.match;
  return [
    ...matchComplaints(fields.match, [...path, 'match'], known),
    ...(during === undefined ? [] : hoursComplaints(during, [...path, 'match', 'during'])),
    ...nameComplaints(fields.channels, [...path, 'channels'], channels, unknown),
    ...fields.escalate.flatMap(({ to }, index) =>
      nameComplaints(to, [...path, 'escalate', index, 'to'], channels, unknown),
    ),
    ...fields.escalate.flatMap(({ after }, index) => {
      const before = fields.escalate[index - 1]?.after;
      if (after === undefined || before === undefined || seconds(after) > seconds(before)) return [];
      const message = `must be more than the ${before} of the step before it, got "${after}"`;
      return [{ path: [...path, 'escalate', index, 'after'], message }];
    }),
  ];
}

function hoursComplaints({ from, to }: HoursFields, path: ConfigPath): readonly Complaint[] {
  if (from === '24:00') return [{ path: [...path, 'from'], message: 'must be at most "23:59", got "24:00"' }];
  if (from === undefined || from !== to || from === '00:00') return [];
  return [{ path: [...path, 'to'], message: 'must differ from `from`; leave both out for the whole day' }];
}

/** Names that nothing has are mistyped, and would send pages elsewhere in silence. */
export function matchComplaints(
  { group, service, tag }: NamesFields,
  path: ConfigPath,
  known: Known,
): readonly Complaint[] {
  return [
    ...nameComplaints(group, [...path, 'group'], known.groups, 'which is no group'),
    ...nameComplaints(service, [...path, 'service'], known.services, 'which is no service'),
    ...nameComplaints(tag, [...path, 'tag'], known.tags, 'which is no tag'),
  ];
}

function unreachable(routes: readonly RouteFields[]): readonly Complaint[] {
  const open = routes.findIndex(({ isOpen }) => isOpen);
  if (open < 0) return [];
  return routes.slice(open + 1).map((_, index) => {
    return { path: ['routes', open + 1 + index], message: `is never reached: routes[${open}] matches everything` };
  });
}

export function seconds(duration: string): number {
  return Math.round((parseDuration(duration) ?? 0) / 1000);
}
