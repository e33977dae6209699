import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import type { Config } from '../core/config/model.ts';
import { formatProblem, parseConfig } from '../core/config/parse.ts';

/** What is wrong with a file: at a place in it, or, without line and column, with all of it. */
export interface FileProblem {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  readonly message: string;
}

export type LoadedConfig =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly problems: readonly FileProblem[] };

const LARGEST_FILE = 1_048_576;

/**
 * Reads and parses a configuration file. A file that cannot be read is a problem in plain words like any other, never an exception.
 * @param path as the user wrote it; the problems repeat it.
 */
export function loadConfigFile(path: string): LoadedConfig {
  const read = readText(path);
  return 'text' in read
    ? parseConfig(read.text, path)
    : { ok: false, problems: [{ file: path, message: read.problem }] };
}

/** `monitors.yaml:12:5 monitors[2].interval must be …`, or `nothing.yaml: there is no such file`. */
export function formatFileProblem({ file, line, column, message }: FileProblem): string {
  return line === undefined || column === undefined
    ? `${file}: ${message}`
    : formatProblem({ file, line, column, message });
}

function readText(path: string): { readonly text: string } | { readonly problem: string } {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    return { problem: whyUnreadable(error) };
  }
  try {
    const { size } = fstatSync(file);
    if (size > LARGEST_FILE) return { problem: 'the file is larger than 1 MiB' };
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file)) };
  } catch (error) {
    return { problem: whyUnreadable(error) };
  } finally {
    closeSync(file);
  }
}

function whyUnreadable(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'ENOENT':
      return 'there is no such file';
    case 'EISDIR':
      return 'this is a directory, not a file';
    case 'EACCES':
    case 'EPERM':
      return 'the file may not be read by this user';
    case 'ERR_ENCODING_INVALID_ENCODED_DATA':
      return 'the file is not UTF-8 text';
    default:
      return `the file cannot be read (${String(code ?? error)})`;
  }
}
