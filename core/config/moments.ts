import { instantsOf, MINUTE_MS } from '../calendar/zone.ts';

/** The instant that a date and time of the file means, or what is wrong with it, as the rest of a sentence. */
export type Moment = { readonly at: number } | { readonly problem: string };

/**
 * Reads `2026-12-24T09:00`, by the clock of a zone, or `2026-12-24T09:00+01:00`. A time that the clock never shows, or shows twice,
 * is not guessed at.
 */
export function readMoment(text: string, zone: string | undefined): Moment {
  const iso = text.replace(' ', 'T');
  if (/(?:Z|[+-]\d\d:\d\d)$/.test(iso)) return { at: Date.parse(iso) };
  if (zone === undefined) return { problem: 'needs a zone beside it, or an offset such as +01:00 at its end' };
  const wallMs = Date.parse(`${iso}Z`);
  const [first, second] = instantsOf(zone, wallMs);
  if (first === undefined) return { problem: `never comes in ${zone}: clocks are put forward over it` };
  if (second === undefined) return { at: first };
  const offsets = [first, second].map(at => formatOffset(wallMs - at));
  return { problem: `comes twice in ${zone}, where clocks are put back: add ${offsets.join(' or ')} at its end` };
}

function formatOffset(offsetMs: number): string {
  const minutes = Math.round(Math.abs(offsetMs) / MINUTE_MS);
  const [hour, minute] = [Math.floor(minutes / 60), minutes % 60].map(part => String(part).padStart(2, '0'));
  return `${offsetMs < 0 ? '-' : '+'}${hour}:${minute}`;
}
