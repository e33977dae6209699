/** The text on one line: line breaks, controls and invisible direction marks become spaces; nothing can be injected by a name. */
export function oneLine(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

const TYPOGRAPHY: Readonly<Record<string, string>> = {
  '–': '-',
  '—': '-',
  '‘': "'",
  '’': "'",
  '“': '"',
  '”': '"',
  '…': '...',
  '→': '->',
  '≤': '<=',
  '≥': '>=',
  ß: 'ss',
  æ: 'ae',
  Æ: 'AE',
  ø: 'o',
  Ø: 'O',
  ł: 'l',
  Ł: 'L',
};

/** The text in printable ASCII on one line: accents dropped, typography simplified, the rest left out. */
export function ascii(text: string): string {
  const simplified = Array.from(oneLine(text), character => TYPOGRAPHY[character] ?? character).join('');
  return simplified
    .normalize('NFKD')
    .replace(/[^\x20-\x7e]/g, '')
    .replace(/ +/g, ' ')
    .trim();
}

/** A name in ASCII; of a name that has nothing to show there, such as an emoji, the id. */
export function asciiName(name: string, id: string): string {
  return /[A-Za-z0-9]/.test(ascii(name)) ? ascii(name) : id;
}

/** A name on one line; of a name that has nothing to show, the id. */
export function plainName(name: string, id: string): string {
  return oneLine(name) || id;
}

/** At most `length` characters, an ellipsis of three points in place of what is cut off. */
export function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  return `${withoutHalf(text.slice(0, Math.max(0, length - 3))).trimEnd()}...`;
}

/** The text without the half of a character that a cut left at its end. */
function withoutHalf(text: string): string {
  return text.replace(/[\uD800-\uDBFF]$/, '');
}

/** Characters that GSM 03.38 reaches only through its escape: they take two of the 160 places. */
const GSM7_EXTENDED = new Set('^{}\\[~]|');

/** Not in GSM 03.38 at all; one of them would halve the message's room. */
const NOT_GSM7: Readonly<Record<string, string>> = { '`': "'" };

/** ASCII that a phone network carries as GSM-7. */
export function gsm7(text: string): string {
  return Array.from(ascii(text), character => NOT_GSM7[character] ?? character).join('');
}

/** How many of the 160 places of a text message this GSM-7 text takes. */
export function septets(text: string): number {
  let places = 0;
  for (const character of text) places += GSM7_EXTENDED.has(character) ? 2 : 1;
  return places;
}

/** As much of a GSM-7 text as fits into these places. */
export function cutSeptets(text: string, places: number): string {
  if (septets(text) <= places) return text;
  let kept = '';
  let taken = 0;
  for (const character of text) {
    taken += GSM7_EXTENDED.has(character) ? 2 : 1;
    if (taken > places - 2) break;
    kept += character;
  }
  return `${kept.trimEnd()}..`;
}

/** `2026-11-20 10:03 UTC`. */
export function utc(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** `10:03`; with seconds where they say something. */
export function utcTime(at: number): string {
  const time = new Date(at).toISOString().slice(11, 19);
  return time.endsWith(':00') ? time.slice(0, 5) : time;
}
