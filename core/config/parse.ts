import {
  type Document,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Pair,
  parseDocument,
  visit,
  type YAMLMap,
} from 'yaml';
import { buildConfig } from './build.ts';
import { type Complaint, type ConfigPath, formatPath, quoted } from './complaint.ts';
import type { Config } from './model.ts';
import { readFields } from './read-fields.ts';

/** Something wrong in a file, at a place that an editor can jump to; line and column count from 1. */
export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export type ParsedConfig =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly problems: readonly Problem[] };

const LONGEST_FILE = 1_048_576;
const MOST_ALIASES = 10_000;
const MOST_VALUES = 1_000_000;
const MOST_PROBLEMS = 200;

/**
 * Reads `monitors.yaml`: every problem at once, in the order of the file, at most 200 of them. Never throws, whatever the text.
 * @param fileName how the file is called in the problems.
 */
export function parseConfig(text: string, fileName: string): ParsedConfig {
  const lines = new LineCounter();
  const result = read(text, lines);
  if ('config' in result) return { ok: true, config: result.config };
  const problems = result.remarks.toSorted((one, other) => one.offset - other.offset);
  const left = problems.length - MOST_PROBLEMS;
  const last = problems[MOST_PROBLEMS];
  const kept = problems.slice(0, MOST_PROBLEMS);
  if (last !== undefined) kept.push({ offset: last.offset, message: `and ${left} more problems from here on` });
  return {
    ok: false,
    problems: kept.map(({ offset, message }) => {
      const { line, col } = lines.linePos(offset);
      return { file: fileName, line: Math.max(line, 1), column: Math.max(col, 1), message };
    }),
  };
}

/** `monitors.yaml:12:5 monitors[2].interval must be at least 10s, got "5s"` */
export function formatProblem(problem: Problem): string {
  return `${problem.file}:${problem.line}:${problem.column} ${problem.message}`;
}

/** A whole sentence about the text at an offset. */
interface Remark {
  readonly offset: number;
  readonly message: string;
}

type Outcome = { readonly config: Config } | { readonly remarks: readonly Remark[] };

function read(text: string, lines: LineCounter): Outcome {
  if (text.length > LONGEST_FILE) return remark('the file is larger than 1 MiB');
  const document = parsed(text, lines);
  if (document === undefined || document.errors.some(isOverflow)) return remark('the file is nested too deeply');
  if (document.errors.length > 0) return { remarks: document.errors.map(error => syntaxRemark(error, text)) };
  if (document.contents === null) return remark('the file is empty; it needs at least monitors');
  const repeated = repeatedKeys(document);
  const value = plainValue(document);
  if ('remarks' in value) return { remarks: [...repeated, ...value.remarks] };
  const { fields, complaints } = readFields(value.plain);
  const built = buildConfig(fields);
  const pairOf = pairIndex();
  const remarks = [...complaints, ...built.complaints].map(complaint => placed(complaint, document, pairOf));
  return remarks.length + repeated.length === 0 ? { config: built.config } : { remarks: [...repeated, ...remarks] };
}

function remark(message: string): { readonly remarks: readonly Remark[] } {
  return { remarks: [{ offset: 0, message }] };
}

/** Duplicate keys are looked for separately: the library compares each key with all others. */
function parsed(text: string, lineCounter: LineCounter): Document.Parsed | undefined {
  try {
    return parseDocument(text, {
      lineCounter,
      prettyErrors: false,
      uniqueKeys: false,
      merge: true,
      logLevel: 'error',
    });
  } catch {
    // The library recurses into nested values, and throws nothing but a stack overflow.
    return undefined;
  }
}

/** The library turns the overflow of its own stack into a syntax error. */
function isOverflow({ message }: { readonly message: string }): boolean {
  return message.includes('call stack');
}

function syntaxRemark(
  error: { readonly pos: readonly [number, number]; readonly message: string },
  text: string,
): Remark {
  const offset = Math.min(error.pos[0], text.length);
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const line = text.slice(start, start + 500).split('\n', 1)[0] ?? '';
  const unquoted = /^\s*-\s+(\[[A-Z_]+\].*?)\s*$/.exec(line)?.[1];
  const hint = unquoted === undefined ? '' : `; a condition must be in quotes: - '${unquoted}'`;
  const message = error.message
    .replace(/\s+/g, ' ')
    .replace(/; please use YAML.*/, '')
    .slice(0, 200);
  return { offset, message: `is not valid YAML: ${message}${hint}` };
}

function repeatedKeys(document: Document.Parsed): readonly Remark[] {
  const remarks: Remark[] = [];
  visit(document, {
    Map(_, map) {
      const seen = new Set<unknown>();
      for (const { key } of map.items) {
        if (!isScalar(key)) continue;
        if (seen.has(key.value) && key.value !== '<<') {
          remarks.push({
            offset: key.range?.[0] ?? 0,
            message: `the key ${quoted(String(key.value))} is written twice`,
          });
        }
        seen.add(key.value);
      }
    },
  });
  return remarks;
}

/** The document as plain values, its aliases and merges resolved, unless they multiply into too many. */
function plainValue(document: Document.Parsed): { readonly plain: unknown } | { readonly remarks: readonly Remark[] } {
  try {
    const plain: unknown = document.toJS({ maxAliasCount: MOST_ALIASES });
    return hasAtMost(MOST_VALUES, plain)
      ? { plain }
      : remark('the file holds more values than can be read; use fewer aliases');
  } catch {
    return remark('the file has aliases that lead to themselves or to too many values');
  }
}

/** Counts every value as often as it is reached, without recursion: aliases may nest endlessly. */
function hasAtMost(most: number, root: unknown): boolean {
  const open = [root];
  let count = 0;
  for (let value = open.pop(); value !== undefined || open.length > 0; value = open.pop()) {
    count += 1;
    if (count + open.length > most) return false;
    if (typeof value === 'object' && value !== null) for (const inner of Object.values(value)) open.push(inner);
  }
  return true;
}

function placed({ path, message }: Complaint, document: Document.Parsed, pairOf: PairIndex): Remark {
  const subject = path.length === 0 ? 'the file' : formatPath(path);
  return { offset: offsetOf(path, document, pairOf), message: `${subject} ${message}` };
}

/** Where a path is written: at its key, at its list entry, or, for what is missing or comes by alias, at what it should be in. */
function offsetOf(path: ConfigPath, document: Document.Parsed, pairOf: PairIndex): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const step of path) {
    if (isMap(node)) {
      const pair = pairOf(node, String(step));
      if (pair === undefined) return offset;
      offset = startOf(pair.key) ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(step)];
      offset = startOf(node) ?? offset;
    } else {
      return offset;
    }
  }
  return offset;
}

type PairIndex = (map: YAMLMap, key: string) => Pair | undefined;

/** Finds a key in a map; each map is walked once, however many keys are asked for. */
function pairIndex(): PairIndex {
  const indexed = new Map<YAMLMap, ReadonlyMap<string, Pair>>();
  return (map, key) => {
    let pairs = indexed.get(map);
    if (pairs === undefined) {
      pairs = new Map(map.items.flatMap(pair => (isScalar(pair.key) ? [[String(pair.key.value), pair] as const] : [])));
      indexed.set(map, pairs);
    }
    return pairs.get(key);
  };
}

function startOf(node: unknown): number | undefined {
  return isScalar(node) || isCollection(node) ? (node.range?.[0] ?? undefined) : undefined;
}
