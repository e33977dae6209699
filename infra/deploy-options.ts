/** What `cdk deploy -c key=value` may say, parsed. */
export interface DeployOptions {
  /** The file that says what is watched, `-c config=FILE`. */
  readonly configFile: string;
  /** Addresses that are mailed every page, `-c alertEmail=a@b.org,c@d.org`. Each must confirm the subscription. */
  readonly alertEmail: readonly string[];
  /** Phones that are sent every page, `-c alertSms=+4915112345678`; in the E.164 form. */
  readonly alertSms: readonly string[];
  /** Whether the table and the logs outlive the stack; `-c retain=false` makes a throw-away stack. */
  readonly retain: boolean;
  /** Whether anyone may read the status page and the API, `-c publicStatus=true`. */
  readonly publicStatus: boolean;
  /** Concurrent runs set aside for the check function, `-c reservedConcurrency=N`. */
  readonly reservedConcurrency?: number;
}

export type ParsedDeployOptions =
  | { readonly ok: true; readonly options: DeployOptions }
  | { readonly ok: false; readonly problems: readonly string[] };

/**
 * Reads the options from the context of the app: strings from the command line, or the same as JSON in `cdk.json`. All
 * problems come at once, each naming its key.
 */
export function parseDeployOptions(context: (key: string) => unknown): ParsedDeployOptions {
  const problems: string[] = [];
  const value = <T>(key: string, parse: (given: unknown) => T | Problem, absent: T): T => {
    const given = context(key);
    if (given === undefined || given === null) return absent;
    const parsed = parse(given);
    if (!(parsed instanceof Problem)) return parsed;
    problems.push(`-c ${key}: ${parsed.message}`);
    return absent;
  };
  const reservedConcurrency = value<number | undefined>('reservedConcurrency', toConcurrency, undefined);
  const options = {
    configFile: value('config', toFile, 'monitors.yaml'),
    alertEmail: value('alertEmail', given => toList(given, isEmail, 'an e-mail address like ops@example.org'), []),
    alertSms: value('alertSms', given => toList(given, isPhone, 'a phone number like +4915112345678'), []),
    retain: value('retain', toBoolean, true),
    publicStatus: value('publicStatus', toBoolean, false),
    ...(reservedConcurrency !== undefined && { reservedConcurrency }),
  };
  return problems.length === 0 ? { ok: true, options } : { ok: false, problems };
}

class Problem {
  readonly message: string;
  constructor(message: string) {
    this.message = message;
  }
}

function toFile(given: unknown): string | Problem {
  return typeof given === 'string' && given !== '' ? given : new Problem(`must be a file name, got ${quote(given)}`);
}

function toBoolean(given: unknown): boolean | Problem {
  if (given === true || given === 'true') return true;
  if (given === false || given === 'false') return false;
  return new Problem(`must be true or false, got ${quote(given)}`);
}

function toConcurrency(given: unknown): number | Problem {
  const count = Number(given);
  return Number.isInteger(count) && count >= 1 && count <= MAX_CONCURRENCY
    ? count
    : new Problem(`must be a whole number from 1 to ${MAX_CONCURRENCY}, got ${quote(given)}`);
}

/** An account's default limit; a larger one is never needed for one run a shard and minute. */
const MAX_CONCURRENCY = 1000;

function toList(given: unknown, isValid: (entry: string) => boolean, what: string): readonly string[] | Problem {
  const entries = (Array.isArray(given) ? given : String(given).split(',')).map(entry => String(entry).trim());
  const wrong = entries.filter(entry => !isValid(entry));
  if (wrong.length > 0) return new Problem(`must be ${what}, got ${wrong.map(quote).join(' and ')}`);
  return [...new Set(entries)];
}

/** Not the whole of RFC 5321, only what a slip of the finger breaks: one @, no blanks, a domain with a dot. */
function isEmail(entry: string): boolean {
  return entry.length <= 254 && /^[^\s@,;<>"]+@[^\s@,;<>".]+(\.[^\s@,;<>".]+)+$/.test(entry);
}

/** E.164: a plus, the country code and the number, 15 digits at most; what SNS takes. */
function isPhone(entry: string): boolean {
  return /^\+[1-9]\d{6,14}$/.test(entry);
}

function quote(given: unknown): string {
  return JSON.stringify(given) ?? String(given);
}
