import { closest, didYouMean } from '../did-you-mean.ts';
import { type Complaint, type ConfigPath, formatPath, quoted } from './complaint.ts';

/** What is wrong with names of something that is declared elsewhere, one or a list of them. */
export function nameComplaints(
  names: string | readonly string[] | undefined,
  path: ConfigPath,
  known: Iterable<string>,
  problem: string,
): readonly Complaint[] {
  const ids = new Set(known);
  return placesOf(names, path).flatMap(place => {
    if (ids.has(place.name)) return [];
    const message = `names ${quoted(place.name)}, ${problem}${didYouMean(closest(place.name, ids))}`;
    return [{ path: place.path, message }];
  });
}

/** Each name with its place. */
export function placesOf(
  names: string | readonly string[] | undefined,
  path: ConfigPath,
): readonly { readonly name: string; readonly path: ConfigPath }[] {
  if (typeof names === 'string') return [{ name: names, path }];
  return (names ?? []).map((name, index) => ({ name, path: [...path, index] }));
}

/** Ids of a list that an earlier entry of it has. */
export function repeatedIds(
  parts: readonly { readonly id?: string | undefined }[],
  list: ConfigPath,
): readonly Complaint[] {
  const firstAt = new Map<string, number>();
  return parts.flatMap(({ id }, index) => {
    if (id === undefined) return [];
    const first = firstAt.get(id);
    if (first !== undefined) {
      return [{ path: [...list, index, 'id'], message: `repeats "${id}" of ${formatPath([...list, first])}` }];
    }
    firstAt.set(id, index);
    return [];
  });
}
