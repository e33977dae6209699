import type { PathStep } from './model.ts';

const MOST_STEPS = 32;

/**
 * Reads the path behind `[BODY]`: `.data[0].id`, `[0].name`, `.content-type`, and `["a.b"]` for keys with dots.
 * @returns the steps, or what is wrong with the path as the rest of a sentence.
 */
export function parsePath(text: string): readonly PathStep[] | { readonly problem: string } {
  const steps: PathStep[] = [];
  let rest = text;
  while (rest !== '') {
    if (steps.length === MOST_STEPS) return { problem: `has a path of more than ${MOST_STEPS} steps` };
    const step = /^\.?\[(\d{1,9})\]|^\.?\["([^"]*)"\]|^\.([^.[\]]+)/.exec(rest);
    if (step === null) return { problem: pathProblem(rest) };
    const [whole, index, quoted, key] = step;
    steps.push(index === undefined ? (quoted ?? key ?? '') : Number(index));
    rest = rest.slice(whole.length);
  }
  return steps;
}

function pathProblem(rest: string): string {
  if (/^\.?\[\*\]/.test(rest)) return 'uses [*], which is not known; name one element such as [0]';
  const index = /^\.?(\[[^\]]*\]?)/.exec(rest);
  if (index !== null) return `has a bad index ${index[1]} in its path; write it as [0]`;
  if (rest.startsWith('.')) return 'has an empty key in its path; write it as .data.id';
  return `has "${rest}" where its path should go on with a dot; write it as .data.id`;
}

/** The value at a path in parsed JSON; undefined when there is none. Only a value's own keys count, never inherited ones. */
export function valueAt(root: unknown, path: readonly PathStep[]): unknown {
  let value = root;
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    if (Array.isArray(value) !== (typeof step === 'number') || !Object.hasOwn(value, step)) return undefined;
    value = Reflect.get(value, step);
  }
  return value;
}
