import { closest, didYouMean } from '../did-you-mean.ts';
import { type Operand, type PathStep, PLACEHOLDERS, type Placeholder } from './model.ts';
import { parsePath } from './path.ts';
import { regexProblem } from './regex.ts';

/** An operand, or what is wrong with it as the rest of a sentence. */
export type ParsedOperand = { readonly operand: Operand } | { readonly problem: string };

const MOST_CHOICES = 50;

/** Reads one side of a condition, already trimmed: a placeholder, a function of one, a pattern, a choice or a literal. */
export function parseOperand(text: string): ParsedOperand {
  const call = /^(len|has|pat|any|matches|age)\((.*)$/s.exec(text);
  if (call === null) return parsePlain(text);
  const [, name = '', rest = ''] = call;
  if (!rest.endsWith(')')) return { problem: `has ${name}( without a closing )` };
  const inner = rest.slice(0, -1).trim();
  if (inner === '') return { problem: `has nothing in ${name}()` };
  switch (name) {
    case 'len':
    case 'has':
      return parseFunction(name, inner);
    case 'pat':
      return { operand: { type: 'pattern', glob: inner } };
    case 'any':
      return parseAny(inner);
    case 'matches': {
      const problem = regexProblem(inner);
      return problem === undefined ? { operand: { type: 'regex', source: inner } } : { problem };
    }
    default:
      return { problem: `uses ${name}(), which is not known` };
  }
}

/** The name of the placeholder that a text without brackets may have meant: `STATUS`, `[statsu]`. */
export function nearestPlaceholder(text: string): string | undefined {
  const name = closest(/^\[?([A-Z_]+)\]?/i.exec(text)?.[1] ?? '', PLACEHOLDERS);
  return name === undefined ? undefined : `[${name}]`;
}

function parsePlain(text: string): ParsedOperand {
  const bracketed = /^\[([A-Za-z][A-Za-z_]*)\](.*)$/s.exec(text);
  if (bracketed === null) return { operand: { type: 'literal', text } };
  const [, written = '', rest = ''] = bracketed;
  const name = PLACEHOLDERS.find(known => known === written.toUpperCase());
  if (name === undefined) {
    // `[ok]` can be an answer to compare with; only capitals claim to be a placeholder.
    if (written !== written.toUpperCase()) return { operand: { type: 'literal', text } };
    return { problem: `has the unknown placeholder [${written}]${didYouMean(nearestPlaceholder(written))}` };
  }
  const path = parsePlaceholderPath(name, rest);
  return 'problem' in path ? path : { operand: { type: 'placeholder', name, path } };
}

function parsePlaceholderPath(name: Placeholder, rest: string): readonly PathStep[] | { readonly problem: string } {
  if (name === 'BODY') return parsePath(rest);
  if (name === 'HEADER') {
    const header = /^\.([!#$%&'*+.^_`|~0-9A-Za-z-]+)$/.exec(rest)?.[1];
    return header === undefined
      ? { problem: 'has [HEADER] without a header name; write it as [HEADER].content-type' }
      : [header.toLowerCase()];
  }
  return rest === '' ? [] : { problem: `has "${rest}" after [${name}], which takes no path` };
}

function parseFunction(type: 'len' | 'has', inner: string): ParsedOperand {
  const parsed = parsePlain(inner);
  if ('problem' in parsed) return parsed;
  if (parsed.operand.type !== 'placeholder') {
    return { problem: `has ${type}(${inner}), which needs a placeholder; write it as ${type}([BODY].items)` };
  }
  return { operand: { type, of: { name: parsed.operand.name, path: parsed.operand.path } } };
}

function parseAny(inner: string): ParsedOperand {
  const choices = splitChoices(inner);
  if (choices.length > MOST_CHOICES) return { problem: `has more than ${MOST_CHOICES} choices in any()` };
  const of: Operand[] = [];
  for (const choice of choices) {
    if (choice === '') return { problem: 'has an empty choice in any()' };
    const parsed = parseOperand(choice);
    if ('problem' in parsed) return parsed;
    if (parsed.operand.type === 'any') return { problem: 'has any() inside any()' };
    of.push(parsed.operand);
  }
  return { operand: { type: 'any', of } };
}

/** Splits at the commas that are not inside parentheses, so that `any(pat(a,b), c)` has two choices. */
function splitChoices(inner: string): string[] {
  const choices: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < inner.length; at += 1) {
    if (inner[at] === '(') depth += 1;
    else if (inner[at] === ')') depth -= 1;
    else if (inner[at] === ',' && depth <= 0) {
      choices.push(inner.slice(start, at).trim());
      start = at + 1;
    }
  }
  return [...choices, inner.slice(start).trim()];
}
