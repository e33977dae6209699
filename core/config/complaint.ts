/** Where in the file something is: `['monitors', 2, 'interval']`. */
export type ConfigPath = readonly (string | number)[];

/** What is wrong with the value at a path: the rest of the sentence that starts with the path. */
export interface Complaint {
  readonly path: ConfigPath;
  readonly message: string;
}

/** `monitors[2].headers["x y"]` */
export function formatPath(path: ConfigPath): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    if (!/^[\w-]+$/.test(step)) return `${text}[${quoted(step)}]`;
    return text === '' ? step : `${text}.${step}`;
  }, '');
}

const LONGEST_SHOWN = 60;

/** A value from the file, short enough for a message: `"5s"`, `60`, `a list`. Not for values that may be secret. */
export function shown(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (typeof value === 'string') return quoted(value);
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'keys and values' : String(value);
}

/** The text in quotes, one line, cut after 60 characters. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text);
}
