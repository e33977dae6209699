import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formatProblem, parseConfig } from '../../core/config/parse.ts';
import { monitorsJsonSchema } from '../../core/config/schema.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const FIXTURES = join(ROOT, 'test/fixtures/config');
const COMMAND = join(ROOT, 'local/validate.ts');

/** Runs the command as a user does, in the folder of the fixtures. */
function validate(args: readonly string[], environment: Record<string, string> = {}) {
  const { FORCE_COLOR: _force, NO_COLOR: _no, ...inherited } = process.env;
  const env = { ...inherited, ...environment };
  const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, ...args], {
    cwd: FIXTURES,
    env,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-validate-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('npm run validate', () => {
  test('says in one line what a valid file holds', () => {
    expect(validate(['every-key.yaml'])).toEqual({
      status: 0,
      stdout: 'every-key.yaml is valid: 4 monitors in 4 services, 4 shards\n',
      stderr: '',
    });
  });

  test.each(['invalid-durations', 'invalid-yaml', 'invalid-aliases'])(
    'lists every problem of %s on stderr, without a stack trace',
    name => {
      const expected = readFileSync(join(FIXTURES, `${name}.txt`), 'utf8');
      const result = validate([`${name}.yaml`]);
      expect(result).toEqual({ status: 2, stdout: '', stderr: expected });
      expect(result.stderr).not.toMatch(/\n {4}at |node:/);
    },
  );

  test('gives problems as JSON on stdout', () => {
    const { status, stdout, stderr } = validate(['--json', 'invalid-empty.yaml']);
    expect({ status, stderr, outcome: JSON.parse(stdout) }).toEqual({
      status: 2,
      stderr: '',
      outcome: {
        file: 'invalid-empty.yaml',
        valid: false,
        problems: [
          { file: 'invalid-empty.yaml', line: 1, column: 1, message: 'the file is empty; it needs at least monitors' },
        ],
      },
    });
  });

  test('gives counts as JSON on stdout', () => {
    const { status, stdout } = validate(['every-key.yaml', '--json']);
    expect({ status, outcome: JSON.parse(stdout) }).toEqual({
      status: 0,
      outcome: { file: 'every-key.yaml', valid: true, monitors: 4, services: 4, shards: 4 },
    });
  });

  test.each([
    ['a file that is not there', ['nothing.yaml'], 'nothing.yaml: there is no such file\n'],
    ['a directory', ['.'], '.: this is a directory, not a file\n'],
    ['an unknown option', ['--jsn'], "Unknown option '--jsn'\nTry --help.\n"],
    ['two files', ['a.yaml', 'b.yaml'], 'One file at a time\nTry --help.\n'],
  ])('refuses %s in plain words', (_, args, stderr) => {
    expect(validate(args)).toEqual({ status: 2, stdout: '', stderr });
  });

  test('refuses a file that is not text', () => {
    const file = join(folder, 'latin1.yaml');
    writeFileSync(file, Buffer.from([0x6d, 0xe9, 0xff]));
    expect(validate([file])).toEqual({ status: 2, stdout: '', stderr: `${file}: the file is not UTF-8 text\n` });
  });

  test('refuses a path that leads through a file', () => {
    const file = join(folder, 'plain.yaml');
    writeFileSync(file, '');
    expect(validate([join(file, 'monitors.yaml')]).stderr).toBe(
      `${join(file, 'monitors.yaml')}: the file cannot be read (ENOTDIR)\n`,
    );
  });

  test('explains itself', () => {
    const { status, stdout } = validate(['--help']);
    expect({ status, firstLine: stdout.split('\n', 1)[0] }).toEqual({
      status: 0,
      firstLine: 'Usage: npm run validate -- [FILE] [--json]',
    });
  });

  test('colours only what a terminal asks for', () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with the escape character
    const colour = /\u001b\[/;
    expect(validate(['every-key.yaml'], { FORCE_COLOR: '1' }).stdout).toMatch(colour);
    expect(validate(['every-key.yaml'], { NO_COLOR: '1' }).stdout).not.toMatch(colour);
  });
});

describe('what is shipped', () => {
  const examples = join(ROOT, 'examples');
  const found = existsSync(examples) ? readdirSync(examples).map(file => `examples/${file}`) : [];
  const valid = ['monitors.yaml', ...found.filter(file => /\.ya?ml$/.test(file))];

  test.each(valid)('%s is valid', file => {
    const parsed = parseConfig(readFileSync(join(ROOT, file), 'utf8'), file);
    expect(parsed.ok ? [] : parsed.problems.map(formatProblem)).toEqual([]);
  });

  test('monitors.schema.json is what the schema says; `npm run schema` writes it', () => {
    const written: unknown = JSON.parse(readFileSync(join(ROOT, 'monitors.schema.json'), 'utf8'));
    expect(written).toEqual(JSON.parse(JSON.stringify(monitorsJsonSchema())));
  });
});
