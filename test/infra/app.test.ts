import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { formatProblem, parseConfig } from '../../core/config/parse.ts';

const directory = mkdtempSync(join(tmpdir(), 'tocsin-app-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** Starts the app as `cdk synth` does: context and target directory in the environment, and no account anywhere. */
function synth(context: Readonly<Record<string, string>>) {
  const outdir = join(directory, 'out');
  const env = { PATH: process.env.PATH, CDK_OUTDIR: outdir, CDK_CONTEXT_JSON: JSON.stringify(context) };
  const { status, stdout, stderr } = spawnSync(process.execPath, ['infra/app.ts'], { env, encoding: 'utf8' });
  return { status, stdout, stderr };
}

describe('the app', () => {
  it('refuses a bad configuration with the words of the parser, and without a stack trace', () => {
    const file = join(directory, 'bad.yaml');
    const text = 'monitors:\n  - id: web\n    kind: htpp\n    interval: 5s\n';
    writeFileSync(file, text);
    const parsed = parseConfig(text, file);
    const problems = parsed.ok ? [] : parsed.problems.map(formatProblem);
    expect(problems.length).toBeGreaterThan(0);
    expect(synth({ config: file })).toEqual({ status: 2, stdout: '', stderr: `${problems.join('\n')}\n` });
  });

  it('refuses a configuration that is not there', () => {
    const file = join(directory, 'none.yaml');
    expect(synth({ config: file })).toEqual({
      status: 2,
      stdout: '',
      stderr: `${file} cannot be read: ENOENT: no such file or directory, open '${file}'\n`,
    });
  });

  it('refuses a bad option, naming its key', () => {
    expect(synth({ alertSms: '110' })).toEqual({
      status: 2,
      stdout: '',
      stderr: '-c alertSms: must be a phone number like +4915112345678, got "110"\n',
    });
  });

  it('synthesizes a good configuration without an account, a Region or a network', () => {
    const file = join(directory, 'good.yaml');
    writeFileSync(file, 'monitors:\n  - id: web\n    kind: http\n    target: https://www.example.org/\n');
    expect(synth({ config: file })).toMatchObject({ status: 0 });
    expect(readdirSync(join(directory, 'out'))).toContain('Tocsin.template.json');
  }, 60_000);
});
