import * as z from 'zod/mini';
import { SEVERITIES } from './config/model.ts';
import type { Incident } from './state.ts';

/** A reason of a person to withhold pages for a while: always visible, and never endless. */
const silence = z.object({
  id: z.string(),
  /** Everything that is given must match; at least one is given. */
  match: z.object({
    services: z.optional(z.readonly(z.array(z.string()))),
    groups: z.optional(z.readonly(z.array(z.string()))),
    severities: z.optional(z.readonly(z.array(z.enum(SEVERITIES)))),
    tags: z.optional(z.readonly(z.array(z.string()))),
  }),
  /** Epoch ms; the end is excluded. */
  fromAt: z.number(),
  toAt: z.number(),
  comment: z.string(),
  author: z.string(),
  createdAt: z.number(),
});

export type Silence = Readonly<z.infer<typeof silence>>;

export const LONGEST_SILENCE_DAYS = 30;

/** @throws z.core.$ZodError when the item is no silence */
export function toSilence(item: unknown): Silence {
  return silence.parse(item);
}

/** The silence that withholds the pages of an incident now; the one that lasts longest. */
export function silenceOf(
  silences: readonly Silence[],
  incident: Pick<Incident, 'service' | 'group' | 'severity'>,
  tags: readonly string[],
  now: number,
): Silence | undefined {
  const matching = silences.filter(
    ({ match, fromAt, toAt }) =>
      fromAt <= now &&
      now < toAt &&
      allows(match.services, [incident.service]) &&
      allows(match.groups, incident.group === undefined ? [] : [incident.group]) &&
      allows(match.severities, [incident.severity]) &&
      allows(match.tags, tags),
  );
  return matching.sort((one, other) => other.toAt - one.toAt)[0];
}

function allows<Word extends string>(wanted: readonly Word[] | undefined, has: readonly Word[]): boolean {
  return wanted === undefined || has.some(word => wanted.includes(word));
}
