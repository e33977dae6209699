/**
 * Whether all of the text matches a glob, in which `*` is any run of characters (none and line breaks included) and `?` is any one.
 * Everything else stands for itself, brackets too. No regex engine: a text of n characters and a glob of m cost at most n × m steps,
 * and only the last star is ever tried again.
 */
export function matchesGlob(glob: string, text: string): boolean {
  let atGlob = 0;
  let atText = 0;
  let lastStar = -1;
  let textAtLastStar = 0;
  while (atText < text.length) {
    if (glob[atGlob] === '*') {
      lastStar = atGlob;
      textAtLastStar = atText;
      atGlob += 1;
    } else if (glob[atGlob] === '?' || glob[atGlob] === text[atText]) {
      atGlob += 1;
      atText += 1;
    } else if (lastStar >= 0) {
      textAtLastStar += 1;
      atText = textAtLastStar;
      atGlob = lastStar + 1;
    } else {
      return false;
    }
  }
  while (glob[atGlob] === '*') atGlob += 1;
  return atGlob === glob.length;
}
