import { parseIncidentId } from '../../core/incident.ts';
import { RequestError } from './problem.ts';

/** Reads the parameters of a query. Each function throws a RequestError that names the parameter and its form. */

export function instant(name: string, text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback;
  // A time without a zone is UTC, wherever the server is.
  const zoned = /T[\d:.]+$/.test(text) ? `${text}Z` : text;
  const at = /^\d{4}-\d\d-\d\d(T|$)/.test(text) ? Date.parse(zoned) : Number.NaN;
  if (Number.isNaN(at)) throw new RequestError(`${name} must be an ISO 8601 time such as 2026-11-20T10:03:00Z`);
  return at;
}

export function limit(text: string | undefined, fallback: number, most: number): number {
  if (text === undefined) return fallback;
  const value = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (value < 1 || value > most) throw new RequestError(`limit must be a whole number from 1 to ${most}`);
  return value;
}

/** An incident's id as a cursor. */
export function incidentCursor(text: string | undefined): string | undefined {
  if (text === undefined || parseIncidentId(text) !== undefined) return text;
  throw new RequestError('cursor must be what "next" of the page before said');
}

export function oneOf<Word extends string>(
  name: string,
  text: string | undefined,
  words: readonly [Word, ...Word[]],
): Word {
  if (text === undefined) return words[0];
  const word = words.find(candidate => candidate === text);
  if (word === undefined) throw new RequestError(`${name} must be one of ${words.join(', ')}`);
  return word;
}
