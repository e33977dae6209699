import { oneLine } from './plain-text.ts';

/**
 * The text escaped, in at most `room` characters counted after escaping; what does not fit is cut off between two
 * characters, never inside an escape.
 */
export function escapedWithin(text: string, room: number, escaped: (character: string) => string): string {
  const pieces: string[] = [];
  let taken = 0;
  let endOfCut = 0;
  for (const character of oneLine(text)) {
    const piece = escaped(character);
    taken += piece.length;
    if (taken > room) return `${pieces.slice(0, endOfCut).join('').trimEnd()}${ELLIPSIS}`;
    pieces.push(piece);
    if (taken <= room - ELLIPSIS.length) endOfCut = pieces.length;
  }
  return pieces.join('');
}

const ELLIPSIS = '...';

/** As many of the pieces, in their order, as fit together; `size` counts a piece with whatever comes between two. */
export function fitting<T>(pieces: readonly T[], room: number, size: (piece: T) => number): readonly T[] {
  let left = room;
  const first = pieces.findIndex(piece => {
    left -= size(piece);
    return left < 0;
  });
  return first < 0 ? pieces : pieces.slice(0, first);
}
