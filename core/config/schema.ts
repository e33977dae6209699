import * as z from 'zod';
import { DNS_RECORD_TYPES, MONITOR_KINDS, MOST_SHARDS, SEVERITIES } from './model.ts';
import {
  choice,
  duration,
  flag,
  headers,
  hidden,
  id,
  list,
  name,
  optional,
  text,
  whole,
  wrong,
} from './schema-fields.ts';
import { pagingFile, pagingTop } from './schema-paging.ts';

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
    ...pagingTop,
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
    ...pagingFile,
  });
  return { title: 'monitors.yaml', ...z.toJSONSchema(file, { target: 'draft-7', io: 'input' }) };
}

function conditions() {
  return list(z.string({ error: wrong('text in quotes, such as "[STATUS] == 200"') }), 50);
}
