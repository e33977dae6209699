import * as z from 'zod';
import { closest, didYouMean } from '../did-you-mean.ts';
import { DURATION_PATTERN, parseDuration } from '../duration.ts';
import { shown } from './complaint.ts';
import { DNS_RECORD_TYPES, MONITOR_KINDS, MOST_SHARDS, SEVERITIES } from './model.ts';

/**
 * The shape of `monitors.yaml`, field by field, with a message for people on each; what the fields mean, by themselves and to each
 * other, is checked where they are built into monitors. Nothing is transformed here, so that the JSON schema for editors says the same.
 */

const HTTP_METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

const severity = choice(SEVERITIES).describe('How bad it is when this is down.');
const group = text(300).describe('Groups services on the status page; a group is paged together.');

const shared = {
  interval: duration('10s', '24h').describe('How often it is probed; runs happen once a minute. Default 60s.'),
  timeout: duration('100ms', '60s').describe('One deadline over the whole probe. Default 10s.'),
  retries: whole(0, 5).describe('Further attempts within the same run when it is down. Default 0.'),
  failureThreshold: whole(1, 20).describe('Failures in a row that open an alert. Default 3.'),
  recoveryThreshold: whole(1, 20).describe('Successes in a row that close it. Default 2.'),
  severity,
  group,
  allowPrivate: flag().describe('Allows targets in private, loopback and link-local ranges.'),
  insecureTls: flag().describe('http, tls: accepts a certificate that is not trusted.'),
  conditions: conditions().describe('All must hold, or it is down: "[STATUS] == 200". Quote them.'),
  degraded: conditions().describe('All must hold, or it is degraded: "[RESPONSE_TIME] < 300".'),
  tags: list(text(100), 20).describe('Words of your own.'),
  method: choice(HTTP_METHODS).describe('http: default GET.'),
  headers: headers().describe('http: request headers; secrets by reference only.'),
  redirects: whole(0, 5).describe('http: how many redirects to follow. Default 5.'),
  resolver: text(100).describe('dns: address of the server to ask, with a port if it is not 53.'),
};

export const defaultsSchema = z.strictObject(optional(shared), { error: wrong('keys and values') });

export const serviceSchema = z.strictObject(
  {
    id: id().describe('Its name in addresses and keys.'),
    ...optional({
      name: name().describe('Its name for people. Default: the id.'),
      group,
      severity,
      runbook: text(2000).describe('A web address or a sentence: what to do first.'),
      dependsOn: list(id(), 50).describe('Ids of services that this one needs.'),
    }),
  },
  { error: wrong('keys and values') },
);

export const monitorSchema = z.strictObject(
  {
    id: id().describe('Its name in addresses and keys.'),
    target: hidden(2048).describe('http: web address. tcp: host:port. tls: host[:port]. dns: domain name.'),
    ...optional({
      name: name().describe('Its name for people. Default: the id.'),
      service: id().describe('The service it belongs to. Default: it is a service of its own.'),
      kind: choice(MONITOR_KINDS).describe('Default: http for web addresses.'),
      enabled: flag().describe('false leaves it out. Default true.'),
      body: hidden(65_536).describe('http: request body.'),
      recordType: choice(DNS_RECORD_TYPES).describe('dns: default A.'),
      send: hidden(4096).describe('tcp: sent once connected.'),
      expect: hidden(4096).describe('tcp: what must come back, anywhere in the first bytes.'),
      ...shared,
    }),
  },
  { error: wrong('keys and values') },
);

export const MOST_MONITORS = 10_000;

const shards = whole(1, MOST_SHARDS).describe('How many schedules the services are spread over. Default 1.').optional();

/** The outer shape alone; services and monitors are then read one by one. */
export const topSchema = z.strictObject(
  {
    shards,
    defaults: z.unknown().optional(),
    services: list(z.unknown(), MOST_MONITORS).optional(),
    monitors: list(z.unknown(), MOST_MONITORS).min(1, { error: 'must list at least one monitor' }),
  },
  { error: wrong('keys and values, monitors among them') },
);

/** The JSON schema that editors check `monitors.yaml` with. */
export function monitorsJsonSchema(): object {
  const file = z.strictObject({
    shards,
    defaults: defaultsSchema.describe('What monitors get that do not say otherwise.').optional(),
    services: z.array(serviceSchema).max(MOST_MONITORS).describe('What people own and are paged for.').optional(),
    monitors: z.array(monitorSchema).min(1).max(MOST_MONITORS).describe('What is watched, and how.'),
  });
  return { title: 'monitors.yaml', ...z.toJSONSchema(file, { target: 'draft-7', io: 'input' }) };
}

function text(longest: number) {
  return z
    .string({ error: notText })
    .min(1, { error: 'must not be empty' })
    .max(longest, { error: `must be at most ${longest} characters` });
}

/** Text that may hold a secret, so no message repeats it. */
function hidden(longest: number) {
  return z
    .string({ error: ({ input }) => (input === undefined ? 'is missing' : `must be text${quoteHint(input)}`) })
    .min(1, { error: 'must not be empty' })
    .max(longest, { error: `must be at most ${longest} characters` });
}

/** Any Unicode, line breaks and emoji included, as long as something can be seen. */
function name() {
  return text(300).refine(value => value.trim() !== '', { error: 'must not be blank' });
}

function id() {
  return z.string({ error: notText }).regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, {
    error: issue =>
      `must be letters, digits, ".", "_" and "-", a letter or digit first, at most 63 characters, got ${shown(issue.input)}`,
  });
}

function whole(least: number, most: number) {
  const error = wrong(`a whole number from ${least} to ${most}`);
  return z.number({ error }).int({ error, abort: true }).min(least, { error, abort: true }).max(most, { error });
}

function flag() {
  return z.boolean({ error: wrong('true or false') });
}

function duration(least: string, most: string) {
  const ms = (value: string) => parseDuration(value) ?? 0;
  const error = wrong('a duration such as 30s, 5m or 1h');
  return z
    .string({ error })
    .regex(DURATION_PATTERN, { error, abort: true })
    .refine(value => ms(value) >= ms(least), { error: wrong(`at least ${least}`), abort: true })
    .refine(value => ms(value) <= ms(most), { error: wrong(`at most ${most}`) });
}

function choice<const Words extends readonly [string, ...string[]]>(words: Words) {
  return z.enum(words, {
    error: issue => {
      const meant = typeof issue.input === 'string' ? closest(issue.input, words) : undefined;
      return `${wrong(`one of ${words.join(', ')}`)(issue)}${didYouMean(meant)}`;
    },
  });
}

function list<Item extends z.ZodType>(item: Item, most: number) {
  return z.array(item, { error: wrong('a list') }).max(most, { error: `must have at most ${most} entries` });
}

function conditions() {
  return list(z.string({ error: wrong('text in quotes, such as "[STATUS] == 200"') }), 50);
}

function headers() {
  const value = z
    .string({ error: ({ input }) => `must be text${quoteHint(input)}` })
    .max(8192, { error: 'must be at most 8192 characters' });
  return z.record(z.string(), value, { error: 'must be header names with their values' });
}

/** Turns every field of a shape optional, and keeps its description. */
function optional<Shape extends Readonly<Record<string, z.ZodType>>>(shape: Shape) {
  return z.object(shape).partial().shape;
}

function wrong(expected: string): (issue: { readonly input?: unknown }) => string {
  return ({ input }) => (input === undefined ? 'is missing' : `must be ${expected}, got ${shown(input)}`);
}

function notText(issue: { readonly input?: unknown }): string {
  return `${wrong('text')(issue)}${quoteHint(issue.input)}`;
}

/** To YAML `42` is a number and `true` a truth value; quotes make them text. */
function quoteHint(input: unknown): string {
  return typeof input === 'number' || typeof input === 'boolean' ? '; put it in quotes' : '';
}
