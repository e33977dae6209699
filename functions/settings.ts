import { join } from 'node:path';
import type { LogLevel } from './log.ts';

/**
 * The environment of the functions: infra writes it with `to…Env`, the handlers read it back with `from…Env`, and a test
 * makes both meet. Nothing else in `functions/` reads `process.env`. Secrets never travel here, only names.
 */
type Environment = Readonly<Record<string, string | undefined>>;

/** What the `check` function needs to know. */
export interface CheckSettings {
  /** Name of the one table. */
  readonly table: string;
  readonly topicArn: string;
  /** Where the status page lives, for the links in messages; no slash at the end. */
  readonly statusUrl: string;
  /** Seconds between two runs: the minute of the schedule. 60 in AWS. */
  readonly runEverySeconds: number;
  /** The secret that signs the links in messages, by which an incident is acknowledged. */
  readonly linkKeySecret: string;
  /** `info` tells of every run in which something happened. */
  readonly logLevel: LogLevel;
  /** JSON file with the parsed configuration. */
  readonly configFile: string;
}

/** What the `api` function needs to know. */
export interface ApiSettings {
  readonly table: string;
  /** As in `CheckSettings`. */
  readonly linkKeySecret: string;
  readonly runEverySeconds: number;
  /** JSON file with the allow-listed view of the configuration: names, never targets. */
  readonly catalogFile: string;
}

/** A variable that must be there is not, or does not parse. The deployment is broken, so the function must not start. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/** The files that the bundle step lays beside the code of a function. */
export const CONFIG_FILE = 'config.json';
export const CATALOG_FILE = 'catalog.json';

export function toCheckEnv(settings: Omit<CheckSettings, 'configFile'>): Record<string, string> {
  return {
    TABLE_NAME: settings.table,
    TOPIC_ARN: settings.topicArn,
    STATUS_URL: settings.statusUrl,
    RUN_EVERY_SECONDS: String(settings.runEverySeconds),
    LINK_KEY_NAME: settings.linkKeySecret,
    LOG_LEVEL: settings.logLevel,
  };
}

/** @throws SettingsError naming the variable. */
export function fromCheckEnv(env: Environment = process.env): CheckSettings {
  return {
    table: required(env, 'TABLE_NAME'),
    topicArn: required(env, 'TOPIC_ARN'),
    statusUrl: required(env, 'STATUS_URL'),
    runEverySeconds: seconds(env, 'RUN_EVERY_SECONDS'),
    linkKeySecret: required(env, 'LINK_KEY_NAME'),
    logLevel: logLevel(env, 'LOG_LEVEL'),
    configFile: besideTheCode(env, 'CONFIG_FILE', CONFIG_FILE),
  };
}

export function toApiEnv(settings: Omit<ApiSettings, 'catalogFile'>): Record<string, string> {
  return {
    TABLE_NAME: settings.table,
    RUN_EVERY_SECONDS: String(settings.runEverySeconds),
    LINK_KEY_NAME: settings.linkKeySecret,
  };
}

/** @throws SettingsError naming the variable. */
export function fromApiEnv(env: Environment = process.env): ApiSettings {
  return {
    table: required(env, 'TABLE_NAME'),
    runEverySeconds: seconds(env, 'RUN_EVERY_SECONDS'),
    linkKeySecret: required(env, 'LINK_KEY_NAME'),
    catalogFile: besideTheCode(env, 'CATALOG_FILE', CATALOG_FILE),
  };
}

function required(env: Environment, name: string): string {
  const value = env[name];
  if (value === undefined || value === '') throw new SettingsError(`environment variable ${name} is not set`);
  return value;
}

function seconds(env: Environment, name: string): number {
  const value = Number(required(env, name));
  if (!Number.isFinite(value) || value <= 0) {
    throw new SettingsError(`environment variable ${name} must be a number of seconds above 0, got "${env[name]}"`);
  }
  return value;
}

function logLevel(env: Environment, name: string): LogLevel {
  const level = required(env, name);
  if (level === 'info' || level === 'error') return level;
  throw new SettingsError(`environment variable ${name} must be info or error, got "${level}"`);
}

/** Lambda unpacks the bundle into LAMBDA_TASK_ROOT; a laptop names the file. */
function besideTheCode(env: Environment, variable: string, file: string): string {
  return env[variable] ?? join(required(env, 'LAMBDA_TASK_ROOT'), file);
}
