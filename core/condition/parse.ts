import { didYouMean } from '../did-you-mean.ts';
import { type Condition, OPERATORS, type Operand, type Operator } from './model.ts';
import { toNumber } from './number.ts';
import { nearestPlaceholder, parseOperand } from './operand.ts';

/** A condition, or what is wrong with the line as the rest of a sentence: `has no operator; write it as …`. */
export type ParsedCondition =
  | { readonly ok: true; readonly condition: Condition }
  | { readonly ok: false; readonly problem: string };

const LONGEST_CONDITION = 1000;
const EXAMPLE = 'write it as "[STATUS] == 200"';

/**
 * Reads a one-line assertion such as `[BODY].data[0].id == 7`. The grammar is the one that users of Gatus know: an operator
 * between spaces, a placeholder on at least one side.
 *
 * Stricter than Gatus, so that a mistake shows before the first night: a line that reads nothing from the observation, a word
 * where `<` needs a number, a pattern next to `<`, unknown placeholders and secrets are refused. Not known here:
 * `[DOMAIN_EXPIRATION]`, `[CONTEXT]`, `[*]` and `age()`.
 */
export function parseCondition(text: string): ParsedCondition {
  const line = text.trim();
  if (line === '') return refuse(`is empty; ${EXAMPLE}`);
  if (line.length > LONGEST_CONDITION) return refuse(`is longer than ${LONGEST_CONDITION} characters`);
  if (/\$\{/.test(line))
    return refuse('refers to a secret or a parameter; conditions are shown to people, so they take none');
  const splits = [...line.matchAll(/(?<=\s)(==|!=|<=|>=|<|>)(?=\s)/g)];
  if (splits.length === 0) return refuse(operatorProblem(line));
  // A pattern may itself hold an operator, as in `pat(a == b) == [BODY]`: the first split that makes sense wins.
  let firstProblem: string | undefined;
  for (const split of splits) {
    const operator = OPERATORS.find(known => known === split[0]);
    if (operator === undefined) continue;
    const parsed = parseSides(
      line.slice(0, split.index).trim(),
      operator,
      line.slice(split.index + operator.length).trim(),
    );
    if (parsed.ok) return parsed;
    firstProblem ??= parsed.problem;
  }
  return refuse(firstProblem ?? operatorProblem(line));
}

function parseSides(leftText: string, operator: Operator, rightText: string): ParsedCondition {
  const left = parseOperand(leftText);
  if ('problem' in left) return refuse(left.problem);
  const right = parseOperand(rightText);
  if ('problem' in right) return refuse(right.problem);
  const problem =
    constantsProblem(left.operand, right.operand) ??
    orderProblem(left.operand, operator) ??
    orderProblem(right.operand, operator);
  if (problem !== undefined) return refuse(problem);
  const condition = {
    text: `${leftText} ${operator} ${rightText}`,
    left: left.operand,
    operator,
    right: right.operand,
  };
  return { ok: true, condition };
}

function constantsProblem(left: Operand, right: Operand): string | undefined {
  if (reads(left) || reads(right)) return undefined;
  const meant = left.type === 'literal' ? nearestPlaceholder(left.text) : undefined;
  return meant === undefined
    ? 'reads nothing from the answer; one side must be a placeholder such as [STATUS]'
    : `reads nothing from the answer${didYouMean(meant)}`;
}

/** What `<` and its like cannot compare. */
function orderProblem(operand: Operand, operator: Operator): string | undefined {
  if (operator === '==' || operator === '!=') return undefined;
  switch (operand.type) {
    case 'pattern':
    case 'regex':
    case 'any':
      return `compares a pattern or a choice with ${operator}; use == or !=`;
    case 'literal':
      if (toNumber(operand.text) !== undefined) return undefined;
      return `compares with "${operand.text}", which is neither a number nor a duration such as 300ms`;
    case 'has':
      return `compares has() with ${operator}; use == true or == false`;
    case 'len':
      return undefined;
    case 'placeholder': {
      const words = operand.name === 'CONNECTED' || operand.name === 'IP' || operand.name === 'DNS_RCODE';
      return words ? `compares [${operand.name}] with ${operator}; use == or !=` : undefined;
    }
  }
}

function reads(operand: Operand): boolean {
  return operand.type === 'placeholder' || operand.type === 'len' || operand.type === 'has';
}

function operatorProblem(line: string): string {
  const glued = /^(.*?[^\s=!<>])\s*(==|!=|<=|>=|<|>)\s*([^\s=<>].*)$/s.exec(line);
  if (glued !== null) return `needs spaces around its operator; write it as "${glued[1]} ${glued[2]} ${glued[3]}"`;
  if (/(==|!=|<=|>=|<|>)$/.test(line)) return `has nothing after its operator; ${EXAMPLE}`;
  if (/^(==|!=|<=|>=|<|>)/.test(line)) return `has nothing before its operator; ${EXAMPLE}`;
  const [, left, wrong, right] = /^(.*?\S)\s+(=(?:\s*=)*)\s+(.*)$/s.exec(line) ?? [];
  if (wrong !== undefined) return `has ${wrong} where an operator should be; write it as "${left} == ${right}"`;
  return `has no operator; ${EXAMPLE}`;
}

function refuse(problem: string): ParsedCondition {
  return { ok: false, problem };
}
