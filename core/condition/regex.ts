import { RE2JS } from 're2js';

/** States of the compiled pattern. Time is at most text × states; this many cost well under a second on a full body. */
const MOST_STATES = 1000;
const MOST_CACHED = 1000;

const compiled = new Map<string, RE2JS>();

/** Whether the pattern is found anywhere in the text, in time linear in the text. Compiled on first use, then kept. */
export function matchesRegex(source: string, text: string): boolean {
  return compile(source).test(text);
}

/**
 * Why a pattern is refused, as the rest of a sentence, or undefined when it is fine. Look-around and backreferences have no linear
 * engine, so they are refused by name: a target's answer must never be able to keep a run busy.
 */
export function regexProblem(source: string): string | undefined {
  const nonLinear = nonLinearPart(source);
  if (nonLinear !== undefined) {
    return `uses ${nonLinear} in matches(${source}); patterns that cannot be linear are refused`;
  }
  try {
    if (compile(source).programSize() <= MOST_STATES) return undefined;
    return `has a pattern in matches(…) that is too large; ask for fewer repetitions`;
  } catch (error) {
    return `has a bad pattern in matches(${source}): ${reasonOf(error)}`;
  }
}

function compile(source: string): RE2JS {
  const known = compiled.get(source);
  if (known !== undefined) return known;
  const pattern = RE2JS.compile(source);
  if (compiled.size >= MOST_CACHED) compiled.clear();
  compiled.set(source, pattern);
  return pattern;
}

function nonLinearPart(source: string): string | undefined {
  const unescaped = source.replaceAll(/\\[^1-9k]/g, '');
  if (/\(\?=|\(\?!/.test(unescaped)) return 'a lookahead';
  if (/\(\?<=|\(\?<!/.test(unescaped)) return 'a lookbehind';
  if (/\\[1-9]|\\k[<{']/.test(unescaped)) return 'a backreference';
  if (/\(\?>/.test(unescaped)) return 'an atomic group';
  if (/[*+?}]\+/.test(unescaped)) return 'a possessive repetition';
  return undefined;
}

/** re2js words its errors as `error parsing regexp: missing closing ): …`; the part after the colon is the news. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/^error parsing regexp: /, '').slice(0, 200);
}
