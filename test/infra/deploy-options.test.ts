import { describe, expect, it } from 'vitest';
import { parseDeployOptions } from '../../infra/deploy-options.ts';

const parse = (context: Readonly<Record<string, unknown>>) => parseDeployOptions(key => context[key]);

const DEFAULTS = { configFile: 'monitors.yaml', alertEmail: [], alertSms: [], retain: true, publicStatus: false };

describe('deploy options', () => {
  it.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ['nothing given keeps everything safe', {}, {}],
    ['another file is watched', { config: 'shop.yaml' }, { configFile: 'shop.yaml' }],
    ['an address', { alertEmail: 'ops@example.org' }, { alertEmail: ['ops@example.org'] }],
    [
      'addresses with blanks and a repetition',
      { alertEmail: 'a@b.org, c@d.org,a@b.org' },
      { alertEmail: ['a@b.org', 'c@d.org'] },
    ],
    ['addresses as a list of cdk.json', { alertEmail: ['a@b.org'] }, { alertEmail: ['a@b.org'] }],
    ['a phone', { alertSms: '+4915112345678' }, { alertSms: ['+4915112345678'] }],
    ['a throw-away stack', { retain: 'false' }, { retain: false }],
    ['a public status page', { publicStatus: true }, { publicStatus: true }],
    ['concurrency set aside', { reservedConcurrency: '5' }, { reservedConcurrency: 5 }],
  ])('%s', (_name, context, expected) => {
    expect(parse(context)).toEqual({ ok: true, options: { ...DEFAULTS, ...expected } });
  });

  it.each<[string, Record<string, unknown>, string]>([
    [
      'an address without a domain',
      { alertEmail: 'ops@example' },
      '-c alertEmail: must be an e-mail address like ops@example.org, got "ops@example"',
    ],
    [
      'an address left empty',
      { alertEmail: '' },
      '-c alertEmail: must be an e-mail address like ops@example.org, got ""',
    ],
    [
      'a phone without its country',
      { alertSms: '0151 1234567' },
      '-c alertSms: must be a phone number like +4915112345678, got "0151 1234567"',
    ],
    ['two phones', { alertSms: '+1,2' }, '-c alertSms: must be a phone number like +4915112345678, got "+1" and "2"'],
    ['a choice that is none', { retain: 'no' }, '-c retain: must be true or false, got "no"'],
    [
      'a count that is none',
      { reservedConcurrency: 'many' },
      '-c reservedConcurrency: must be a whole number from 1 to 1000, got "many"',
    ],
    ['no file', { config: '' }, '-c config: must be a file name, got ""'],
  ])('%s is refused, naming the key', (_name, context, problem) => {
    expect(parse(context)).toEqual({ ok: false, problems: [problem] });
  });

  it('all problems come at once', () => {
    expect(parse({ alertEmail: 'x', retain: 'x' })).toMatchObject({ problems: { length: 2 } });
  });
});
