import type { Condition } from '../condition/model.ts';
import { parseDuration } from '../duration.ts';
import { conditionsFor, readConditions } from './build-conditions.ts';
import type { Complaint, ConfigPath } from './complaint.ts';
import { headerComplaints, mergeHeaders } from './headers.ts';
import type { Monitor, MonitorKind } from './model.ts';
import type { DefaultsFields, MonitorFields, ServiceFields } from './read-fields.ts';
import { referenceProblem } from './references.ts';
import { domainProblem, httpTargetProblem, parseHostPort, resolverProblem } from './target.ts';

type Complain = (key: string | readonly (string | number)[], message: string) => void;

/**
 * Fills in what a monitor does not say, in the order monitor, its service, `defaults`, built-in, and checks what its fields mean to
 * each other.
 * @returns no monitor when a part that it cannot do without is wrong; the complaints tell.
 */
export function buildMonitor(
  fields: MonitorFields,
  path: ConfigPath,
  service: ServiceFields | undefined,
  defaults: DefaultsFields,
): { readonly monitor?: Monitor; readonly complaints: readonly Complaint[] } {
  const complaints: Complaint[] = [];
  const complain: Complain = (key, message) => complaints.push({ path: [...path, ...[key].flat()], message });
  const kind = kindOf(fields, complain);
  const conditions = conditionsOf('conditions', fields, defaults, kind, complain);
  const degraded = conditionsOf('degraded', fields, defaults, kind, complain);
  complaints.push(...headerComplaints(fields.headers ?? {}, [...path, 'headers']));
  if (kind !== undefined) checkKeys(fields, kind, complain);
  if (kind === undefined || fields.id === undefined || fields.target === undefined) return { complaints };
  const all = { ...defaults, ...withoutUndefined(fields) };
  const base = {
    id: fields.id,
    name: fields.name ?? fields.id,
    group: fields.group ?? service?.group ?? defaults.group,
    service: fields.service ?? fields.id,
    intervalSeconds: Math.round(milliseconds(all.interval, 60_000) / 1000),
    timeoutMs: Math.round(milliseconds(all.timeout, 10_000)),
    retries: all.retries ?? 0,
    conditions,
    degraded,
    failureThreshold: all.failureThreshold ?? 3,
    recoveryThreshold: all.recoveryThreshold ?? 2,
    severity: fields.severity ?? service?.severity ?? defaults.severity ?? 'error',
    allowPrivate: all.allowPrivate ?? false,
    tags: all.tags ?? [],
  };
  const monitor = withTarget(base, kind, { ...fields, target: fields.target }, defaults, complain);
  return monitor === undefined ? { complaints } : { monitor: withoutUndefined(monitor), complaints };
}

type Base = Omit<Extract<Monitor, { kind: 'tls' }>, 'kind' | 'host' | 'port' | 'insecureTls'>;
type Targeted = MonitorFields & { readonly target: string };

function withTarget(
  base: Base,
  kind: MonitorKind,
  fields: Targeted,
  defaults: DefaultsFields,
  complain: Complain,
): Monitor | undefined {
  const insecureTls = fields.insecureTls ?? defaults.insecureTls ?? false;
  switch (kind) {
    case 'http': {
      complainOf(referenceProblem(fields.target) ?? httpTargetProblem(fields.target), 'target', complain);
      complainOf(referenceProblem(fields.body ?? ''), 'body', complain);
      const headers = mergeHeaders(defaults.headers ?? {}, fields.headers ?? {});
      const method = fields.method ?? defaults.method ?? 'GET';
      const redirects = fields.redirects ?? defaults.redirects ?? 5;
      return { ...base, kind, target: fields.target, method, headers, body: fields.body, redirects, insecureTls };
    }
    case 'tcp':
    case 'tls': {
      const parsed = parseHostPort(fields.target, kind === 'tls' ? 443 : undefined);
      if ('problem' in parsed) {
        complain('target', parsed.problem);
        return undefined;
      }
      if (kind === 'tls') return { ...base, ...parsed, kind, insecureTls };
      complainOf(referenceProblem(fields.send ?? ''), 'send', complain);
      complainOf(referenceProblem(fields.expect ?? ''), 'expect', complain);
      return { ...base, ...parsed, kind, send: fields.send, expect: fields.expect };
    }
    case 'dns': {
      const resolver = fields.resolver ?? defaults.resolver;
      complainOf(domainProblem(fields.target), 'target', complain);
      if (fields.resolver !== undefined) complainOf(resolverProblem(fields.resolver), 'resolver', complain);
      return { ...base, kind, target: fields.target, recordType: fields.recordType ?? 'A', resolver };
    }
  }
}

function kindOf(fields: MonitorFields, complain: Complain): MonitorKind | undefined {
  if (fields.kind !== undefined || fields.target === undefined) return fields.kind;
  if (/^https?:\/\//i.test(fields.target)) return 'http';
  complain('kind', 'is missing: write tcp, tls or dns, or start the target with http:// or https://');
  return undefined;
}

/** Keys that mean something to some kinds only. */
const KEYS_OF_KINDS = {
  method: ['http'],
  headers: ['http'],
  body: ['http'],
  redirects: ['http'],
  insecureTls: ['http', 'tls'],
  send: ['tcp'],
  expect: ['tcp'],
  recordType: ['dns'],
  resolver: ['dns'],
} as const satisfies Partial<Record<keyof MonitorFields, readonly MonitorKind[]>>;

function checkKeys(fields: MonitorFields, kind: MonitorKind, complain: Complain): void {
  for (const [key, kinds] of Object.entries(KEYS_OF_KINDS)) {
    if (!Object.hasOwn(fields, key) || kinds.some(known => known === kind)) continue;
    complain(key, `applies to ${kinds.join(' and ')} monitors only; this one is ${kind}`);
  }
}

/** Its own conditions, which must fit its kind; without any, those of `defaults` that do. */
function conditionsOf(
  key: 'conditions' | 'degraded',
  fields: MonitorFields,
  defaults: DefaultsFields,
  kind: MonitorKind | undefined,
  complain: Complain,
): readonly Condition[] {
  const own = fields[key];
  if (own === undefined) return kind === undefined ? [] : conditionsFor(kind, defaults[key] ?? []);
  const { conditions, complaints } = readConditions(own, [key], kind);
  for (const { path, message } of complaints) complain(path, message);
  return conditions;
}

function complainOf(problem: string | undefined, key: string, complain: Complain): void {
  if (problem !== undefined) complain(key, problem);
}

function milliseconds(duration: string | undefined, otherwise: number): number {
  return duration === undefined ? otherwise : (parseDuration(duration) ?? otherwise);
}

/** Without the keys whose value is undefined: the configuration travels as JSON, which has no such keys. */
function withoutUndefined<Shape extends object>(value: Shape): Shape {
  const copy = { ...value };
  for (const key of Object.keys(copy)) if (Reflect.get(copy, key) === undefined) Reflect.deleteProperty(copy, key);
  return copy;
}
