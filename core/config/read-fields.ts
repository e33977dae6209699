import { closest, didYouMean } from '../did-you-mean.ts';
import type { Complaint, ConfigPath } from './complaint.ts';
import { defaultsSchema, monitorSchema, serviceSchema, topSchema } from './schema.ts';

/**
 * Reads the file part by part and keeps every field that is right by itself, so that one mistake does not hide the next: what is
 * wrong is complained about and then treated as not written.
 */
export interface FileFields {
  readonly shards?: number | undefined;
  readonly defaults: DefaultsFields;
  /** As long as the lists in the file, so that an index is a place. */
  readonly services: readonly ServiceFields[];
  readonly monitors: readonly MonitorFields[];
}

const looseDefaults = defaultsSchema.partial();
const looseService = serviceSchema.partial();
const looseMonitor = monitorSchema.partial();
const looseTop = topSchema.partial();

type Parsed<Schema extends { parse(value: unknown): unknown }> = Readonly<ReturnType<Schema['parse']>>;
export type DefaultsFields = Parsed<typeof looseDefaults>;
export type ServiceFields = Parsed<typeof looseService>;
export type MonitorFields = Parsed<typeof looseMonitor>;

export function readFields(value: unknown): { readonly fields: FileFields; readonly complaints: readonly Complaint[] } {
  const complaints: Complaint[] = [];
  const read = <Fields>(part: unknown, path: ConfigPath, section: Section<Fields>): Fields => {
    const result = readPart(part, path, section);
    complaints.push(...result.complaints);
    return result.fields;
  };
  const top = read(value, [], { strict: topSchema, loose: looseTop, aliases: TOP_ALIASES });
  const defaults = { strict: defaultsSchema, loose: looseDefaults, aliases: MONITOR_ALIASES };
  const service = { strict: serviceSchema, loose: looseService, aliases: SERVICE_ALIASES };
  const monitor = { strict: monitorSchema, loose: looseMonitor, aliases: MONITOR_ALIASES };
  const fields = {
    shards: top.shards,
    defaults: read(top.defaults ?? {}, ['defaults'], defaults),
    services: (top.services ?? []).map((part, index) => read(part, ['services', index], service)),
    monitors: (top.monitors ?? []).map((part, index) => read(part, ['monitors', index], monitor)),
  };
  return { fields, complaints };
}

interface Section<Fields> {
  readonly strict: Checks<unknown> & { readonly shape: Readonly<Record<string, unknown>> };
  readonly loose: Checks<Fields>;
  /** Words that people use for a key: the key. */
  readonly aliases: Readonly<Record<string, string>>;
}

interface Checks<Fields> {
  safeParse(
    value: unknown,
  ):
    | { readonly success: true; readonly data: Fields }
    | { readonly success: false; readonly error: { readonly issues: readonly Issue[] } };
  parse(value: unknown): Fields;
}

interface Issue {
  readonly code: string;
  readonly message: string;
  readonly path: readonly PropertyKey[];
  readonly keys?: readonly string[];
}

function readPart<Fields>(
  part: unknown,
  path: ConfigPath,
  section: Section<Fields>,
): { readonly fields: Fields; readonly complaints: readonly Complaint[] } {
  const strict = section.strict.safeParse(part);
  const issues = strict.success ? [] : strict.error.issues;
  const bad = new Set(issues.flatMap(issue => issue.keys ?? issue.path.slice(0, 1).map(String)));
  const isWhole = issues.every(issue => issue.keys !== undefined || issue.path.length > 0);
  const good = isWhole ? Object.entries(part ?? {}).filter(([key]) => !bad.has(key)) : [];
  const fields = section.loose.parse(Object.fromEntries(good));
  return { fields, complaints: toComplaints(issues, path, section) };
}

function toComplaints(issues: readonly Issue[], path: ConfigPath, section: Section<unknown>): readonly Complaint[] {
  const unknown = issues.flatMap(issue => issue.keys ?? []);
  const meant = new Map(unknown.map(key => [key, meantKey(key, section)] as const));
  const suggested = new Set(meant.values());
  const seen = new Set<string>();
  return issues.flatMap((issue): readonly Complaint[] => {
    if (issue.keys !== undefined) {
      return issue.keys.map(key => ({ path: [...path, key], message: unknownKey(key, meant.get(key), section) }));
    }
    const steps = issue.path.map(step => (typeof step === 'number' ? step : String(step)));
    const key = steps.join('\0');
    // One complaint a place; and what is missing under one name but written under another is one mistake.
    const echo = issue.message === 'is missing' && suggested.has(String(steps[0]));
    if (seen.has(key) || echo) return [];
    seen.add(key);
    return [{ path: [...path, ...steps], message: issue.message }];
  });
}

function unknownKey(key: string, meant: string | undefined, section: Section<unknown>): string {
  const elsewhere = meant === undefined && section.strict === monitorSchema && Object.hasOwn(serviceSchema.shape, key);
  if (elsewhere) return 'belongs to a service: declare one under services and name it here with service';
  return `is not known${didYouMean(meant)}`;
}

function meantKey(key: string, { strict, aliases }: Section<unknown>): string | undefined {
  const camelCase = key.replaceAll(/[-_ ]+([a-zA-Z])/g, (_, letter: string) => letter.toUpperCase());
  if (Object.hasOwn(strict.shape, camelCase)) return camelCase;
  const alias = aliases[camelCase.toLowerCase()];
  if (alias !== undefined && Object.hasOwn(strict.shape, alias)) return alias;
  if (strict === monitorSchema && Object.hasOwn(serviceSchema.shape, key)) return undefined;
  return closest(camelCase, Object.keys(strict.shape));
}

const TOP_ALIASES = words({
  monitors: 'monitor endpoint endpoints checks targets sites',
  services: 'service apps applications',
  defaults: 'default settings global',
});
const SERVICE_ALIASES = words({
  dependsOn: 'depends dependencies needs requires',
  runbook: 'playbook docs documentation instructions',
  severity: 'priority level',
});
const MONITOR_ALIASES = words({
  target: 'url uri host hostname address addr endpoint server domain',
  interval: 'every period frequency schedule',
  timeout: 'deadline maxwait',
  kind: 'type protocol probe module',
  conditions: 'condition assertions assert expectations expected expectstatus expectedstatus status',
  degraded: 'warn warning warnings slow',
  headers: 'header',
  method: 'verb',
  body: 'payload data',
  redirects: 'follow followredirects maxredirects',
  insecureTls: 'insecure skiptlsverify ignoretls tlsskipverify',
  recordType: 'record querytype',
  resolver: 'nameserver dnsserver',
  failureThreshold: 'threshold failures failuresthreshold',
  recoveryThreshold: 'recoveries successes successthreshold',
  retries: 'retry attempts',
  severity: 'priority level',
  allowPrivate: 'private allowprivateaddresses',
  enabled: 'disabled active',
  tags: 'labels',
  group: 'team',
});

/** `{key: 'word word'}` turned round: each word leads to its key. No prototype, since the words looked up come from the file. */
function words(wordsOf: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const pairs = Object.entries(wordsOf).flatMap(([key, all]) => all.split(' ').map(word => [word, key] as const));
  return Object.assign(Object.create(null), Object.fromEntries(pairs));
}
