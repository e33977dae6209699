const LONGEST_SHOWN = 100;
const ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * A value from outside, fit for a message: at most 100 characters, with control characters, line separators, invisible format
 * characters and lone surrogates shown escaped, so that no answer can forge a line or turn the text around.
 */
export function displayed(value: string): string {
  if (value === '') return 'empty';
  // A character is at most two units, so this many units hold all that can be shown.
  const characters = [...value.slice(0, 2 * LONGEST_SHOWN + 2)];
  const cut = characters.length > LONGEST_SHOWN || value.length > 2 * LONGEST_SHOWN + 2;
  return (
    characters
      .slice(0, LONGEST_SHOWN)
      .join('')
      .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, escaped) + (cut ? '…' : '')
  );
}

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return (
    ESCAPES[character] ?? (code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, '0')}`)
  );
}
