import type { Severity } from '../config/model.ts';
import { DEFAULT_ROUTE, type Route } from '../config/paging.ts';
import { isWithin } from './weekly.ts';

/** What a route is chosen by. */
export interface RouteSubject {
  readonly severity: Severity;
  readonly group?: string;
  readonly service: string;
  /** The tags of all monitors that are in trouble. */
  readonly tags: readonly string[];
}

/** The first route that matches; the default one when none does. */
export function routeFor(routes: readonly Route[], subject: RouteSubject, at: number): Route {
  return routes.find(({ match }) => matches(match, subject, at)) ?? DEFAULT_ROUTE;
}

function matches(match: Route['match'], { severity, group, service, tags }: RouteSubject, at: number): boolean {
  return (
    (match.severities?.includes(severity) ?? true) &&
    (match.services?.includes(service) ?? true) &&
    (match.groups === undefined || (group !== undefined && match.groups.includes(group))) &&
    (match.tags?.some(tag => tags.includes(tag)) ?? true) &&
    (match.during === undefined || isWithin(match.during, at))
  );
}
