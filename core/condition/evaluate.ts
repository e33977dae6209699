import type { Observation } from '../observation.ts';
import { displayed } from './display.ts';
import { matchesGlob } from './glob.ts';
import type { Condition, Operand, Operator } from './model.ts';
import { toNumber, toPlainNumber } from './number.ts';
import { matchesRegex } from './regex.ts';
import { readValue, type Value } from './value.ts';

/**
 * Whether a condition holds; if not, the condition and what came: `[STATUS] == 200 (was 503)`. `missing` tells that a placeholder had
 * no value in the observation, which fails every condition, `!=` too.
 */
export type Evaluation =
  | { readonly holds: true }
  | { readonly holds: false; readonly reason: string; readonly missing: boolean };

/**
 * Judges one condition; never throws, whatever the target answered.
 *
 * Equality is that of the texts, else of the numbers (`0x1f` and `31` are equal). `<` and its like compare numbers, durations as
 * milliseconds. Where Gatus turns what is no number into 0 and cuts fractions off, here the condition fails and fractions count.
 */
export function evaluate(condition: Condition, observation: Observation): Evaluation {
  const left = resolve(condition.left, observation);
  const right = resolve(condition.right, observation);
  const seen = [left, right].filter(side => side.fromAnswer);
  if (seen.some(side => 'missing' in side.value)) return failed(condition, seen, true);
  const holds = holdsBetween(left, condition.operator, right, observation);
  return holds ? { holds: true } : failed(condition, seen, false);
}

interface Side {
  readonly operand: Operand;
  readonly value: Value;
  /** It was read from the observation, so it is worth showing. */
  readonly fromAnswer: boolean;
}

function resolve(operand: Operand, observation: Observation): Side {
  switch (operand.type) {
    case 'placeholder':
      return { operand, value: readValue(operand.name, operand.path, observation), fromAnswer: true };
    case 'has': {
      const value = readValue(operand.of.name, operand.of.path, observation);
      const has = !('missing' in value) && (value.text !== '' || operand.of.path.length > 0);
      return { operand, value: textValue(String(has)), fromAnswer: true };
    }
    case 'len': {
      const value = readValue(operand.of.name, operand.of.path, observation);
      return { operand, value: 'missing' in value ? value : textValue(String(value.length)), fromAnswer: true };
    }
    case 'literal':
      return { operand, value: textValue(operand.text), fromAnswer: false };
    case 'pattern':
    case 'regex':
    case 'any':
      return { operand, value: textValue(''), fromAnswer: false };
  }
}

function holdsBetween(left: Side, operator: Operator, right: Side, observation: Observation): boolean {
  switch (operator) {
    case '==':
      return equal(left, right, observation);
    case '!=':
      return !equal(left, right, observation);
    default:
      return ordered(toNumber(textOf(left)), operator, toNumber(textOf(right)));
  }
}

function ordered(left: number | undefined, operator: '<' | '<=' | '>' | '>=', right: number | undefined): boolean {
  if (left === undefined || right === undefined) return false;
  switch (operator) {
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
  }
}

/** The side that is a pattern or a choice judges the text of the other. */
function equal(left: Side, right: Side, observation: Observation): boolean {
  return isJudge(left.operand)
    ? accepts(left.operand, textOf(right), observation)
    : accepts(right.operand, textOf(left), observation);
}

function isJudge(operand: Operand): boolean {
  return operand.type === 'pattern' || operand.type === 'regex' || operand.type === 'any';
}

function accepts(operand: Operand, text: string, observation: Observation): boolean {
  switch (operand.type) {
    case 'pattern':
      return matchesGlob(operand.glob, text);
    case 'regex':
      return matchesRegex(operand.source, text);
    case 'any':
      return operand.of.some(choice => accepts(choice, text, observation));
    default: {
      const { value } = resolve(operand, observation);
      return !('missing' in value) && equalTexts(value.text, text);
    }
  }
}

function equalTexts(left: string, right: string): boolean {
  if (left === right) return true;
  const number = toPlainNumber(left);
  return number !== undefined && number === toPlainNumber(right);
}

function failed(condition: Condition, seen: readonly Side[], missing: boolean): Evaluation {
  const values = seen.map(({ value }) => {
    if ('missing' in value) return value.why === undefined ? 'missing' : `missing: ${value.why}`;
    return displayed(value.shown ?? value.text);
  });
  return { holds: false, reason: `${condition.text} (was ${values.join(' and ')})`, missing };
}

function textValue(text: string): Value {
  return { text, length: text.length };
}

function textOf(side: Side): string {
  return 'missing' in side.value ? '' : side.value.text;
}
