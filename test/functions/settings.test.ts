import { describe, expect, it } from 'vitest';
import { fromApiEnv, fromCheckEnv, SettingsError, toApiEnv, toCheckEnv } from '../../functions/settings.ts';

const LAMBDA = { LAMBDA_TASK_ROOT: '/var/task' };
const CHECK = {
  table: 'tocsin-table',
  topicArn: 'arn:aws:sns:eu-central-1:123456789012:tocsin',
  statusUrl: 'https://status.example.org',
  runEverySeconds: 60,
  linkKeySecret: 'tocsin/link-key',
  logLevel: 'info' as const,
};
const API = { table: 'tocsin-table', runEverySeconds: 60, linkKeySecret: 'tocsin/link-key' };

describe('the settings of a function', () => {
  it('of check come back as infra wrote them, with the file beside the code', () => {
    expect(fromCheckEnv({ ...LAMBDA, ...toCheckEnv(CHECK) })).toEqual({
      ...CHECK,
      configFile: '/var/task/config.json',
    });
  });

  it('of api come back as infra wrote them, with the file beside the code', () => {
    expect(fromApiEnv({ ...LAMBDA, ...toApiEnv(API) })).toEqual({ ...API, catalogFile: '/var/task/catalog.json' });
  });

  it('may name another file', () => {
    expect(fromCheckEnv({ ...toCheckEnv(CHECK), CONFIG_FILE: '/tmp/config.json' }).configFile).toBe('/tmp/config.json');
    expect(fromApiEnv({ ...toApiEnv(API), CATALOG_FILE: '/tmp/catalog.json' }).catalogFile).toBe('/tmp/catalog.json');
  });

  it.each(Object.keys({ ...LAMBDA, ...toCheckEnv(CHECK) }))('check does not start without %s', variable => {
    const env = { ...LAMBDA, ...toCheckEnv(CHECK), [variable]: '' };
    expect(() => fromCheckEnv(env)).toThrow(new SettingsError(`environment variable ${variable} is not set`));
  });

  it.each(Object.keys({ ...LAMBDA, ...toApiEnv(API) }))('api does not start without %s', variable => {
    const env = { ...LAMBDA, ...toApiEnv(API), [variable]: undefined };
    expect(() => fromApiEnv(env)).toThrow(new SettingsError(`environment variable ${variable} is not set`));
  });

  it.each(['0', '-1', 'a minute'])('a run every "%s" seconds is refused', given => {
    const env = { ...LAMBDA, ...toCheckEnv(CHECK), RUN_EVERY_SECONDS: given };
    expect(() => fromCheckEnv(env)).toThrow(`RUN_EVERY_SECONDS must be a number of seconds above 0, got "${given}"`);
  });
});
