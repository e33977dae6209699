import type { Complaint, ConfigPath } from './complaint.ts';
import { type PagingFields, readPaging } from './read-paging.ts';
import { type Read, readPart, type Section, words } from './read-part.ts';
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
  readonly paging: PagingFields;
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
  const collect: Read = (part, path, section) => {
    const result = readPart(part, path, section);
    complaints.push(...result.complaints);
    return result;
  };
  const read = <Fields>(part: unknown, path: ConfigPath, section: Section<Fields>) =>
    collect(part, path, section).fields;
  const top = read(value, [], { strict: topSchema, loose: looseTop, aliases: TOP_ALIASES });
  const defaults = { strict: defaultsSchema, loose: looseDefaults, aliases: MONITOR_ALIASES };
  const service = { strict: serviceSchema, loose: looseService, aliases: SERVICE_ALIASES };
  const monitor = { strict: monitorSchema, loose: looseMonitor, aliases: MONITOR_ALIASES, elsewhere: ofService };
  const fields = {
    shards: top.shards,
    defaults: read(top.defaults ?? {}, ['defaults'], defaults),
    services: (top.services ?? []).map((part, index) => read(part, ['services', index], service)),
    monitors: (top.monitors ?? []).map((part, index) => read(part, ['monitors', index], monitor)),
    paging: readPaging(top, collect),
  };
  return { fields, complaints };
}

function ofService(key: string): string | undefined {
  if (!Object.hasOwn(serviceSchema.shape, key)) return undefined;
  return 'belongs to a service: declare one under services and name it here with service';
}

const TOP_ALIASES = words({
  monitors: 'monitor endpoint endpoints checks targets sites',
  services: 'service apps applications',
  defaults: 'default settings global',
  channels: 'channel alerting notifications notifiers receivers contacts',
  routes: 'route routing policies',
  onCall: 'rota rotas rotation rotations schedules',
  maintenance: 'maintenances downtime downtimes windows maintenancewindows',
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
