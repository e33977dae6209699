import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const ARCHITECTURE = readFileSync(join(ROOT, 'ARCHITECTURE.md'), 'utf8');
const FILES = globSync('{core,functions,infra,local,sim,bench}/**/*.ts', { cwd: ROOT }).filter(
  file => !file.endsWith('.d.ts'),
);

interface Rule {
  readonly place: string;
  readonly project: readonly string[];
  readonly packages: readonly string[];
}

/** The rows of the table under "Who may import whom". */
function rules(): Rule[] {
  const section = ARCHITECTURE.split('## Who may import whom')[1]?.split('\n## ')[0] ?? '';
  const names = (cell: string | undefined) => [...(cell ?? '').matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? '');
  return section
    .split('\n')
    .filter(line => line.startsWith('| `'))
    .map(line => {
      const [, place, project, packages] = line.split('|');
      return { place: names(place)[0] ?? '', project: names(project), packages: names(packages) };
    });
}

/** What a file imports: of the project as paths from its root, of packages as they are written. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  const found = [...text.matchAll(/^(?:import|export|\}) ?(?:[^'\n]* from )?'([^']+)'|\bimport\('([^']+)'\)/gm)].map(
    ([, fixed, dynamic]) => fixed ?? dynamic ?? '',
  );
  return found.map(name => (name.startsWith('.') ? normalize(join(dirname(file), name)) : name));
}

const fits = (name: string, allowed: string) =>
  allowed.endsWith('*') || allowed.endsWith('/') ? name.startsWith(allowed.replace('*', '')) : name === allowed;

describe('the import table of ARCHITECTURE.md', () => {
  it('has a row for every folder of the house', () => {
    expect(rules().map(({ place }) => place)).toEqual(
      expect.arrayContaining(['core/', 'functions/', 'infra/', 'local/', 'sim/', 'bench/']),
    );
  });

  it.each(FILES)('%s keeps to it', file => {
    const rule = rules()
      .filter(({ place }) => file.startsWith(place.replace('*', '')))
      .sort((one, other) => other.place.length - one.place.length)[0];
    const allowed = [...(rule?.project ?? []), ...(rule?.packages ?? [])];
    const strays = importsOf(file).filter(name => !allowed.some(permitted => fits(name, permitted)));
    expect(strays).toEqual([]);
  });
});

describe('the house rules', () => {
  const linesOf = (pattern: RegExp, files: readonly string[]) =>
    files.flatMap(file =>
      readFileSync(join(ROOT, file), 'utf8')
        .split('\n')
        .filter(line => !/^\s*(\/\/|\*|\/\*)/.test(line) && pattern.test(line))
        .map(line => `${file}: ${line.trim()}`),
    );
  const inside = (...folders: string[]) => FILES.filter(file => folders.some(folder => file.startsWith(folder)));

  it('core/ has no clock, no dice, no environment, no console and no timers', () => {
    const world =
      /Date\.now|new Date\(\)|Math\.random|performance\.|process\.|console\.|setTimeout|setInterval|randomUUID/;
    expect(linesOf(world, inside('core/'))).toEqual([]);
  });

  it('only functions/settings.ts reads the environment of the functions', () => {
    const readers = linesOf(/process\.env/, inside('functions/', 'infra/'));
    expect(readers.filter(line => !line.startsWith('functions/settings.ts'))).toEqual([]);
  });

  it('no file has a name that says nothing', () => {
    expect(FILES.filter(file => /(^|\/)(utils?|helpers?|common|misc)\.ts$/.test(file))).toEqual([]);
  });

  it('a handler is settings, adapters, one call: at most 40 lines after its imports', () => {
    for (const handler of ['functions/check.ts', 'functions/api.ts']) {
      const lines = readFileSync(join(ROOT, handler), 'utf8').split('\n');
      const code = lines.filter(line => line.trim() !== '' && !line.startsWith('import'));
      expect(code.length, handler).toBeLessThanOrEqual(40);
    }
  });

  it('every dependency has its line in ARCHITECTURE.md and an exact version', () => {
    const { dependencies, devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    const versions = Object.entries<string>({ ...dependencies, ...devDependencies });
    const section = ARCHITECTURE.split('## Dependencies')[1]?.split('\n## ')[0] ?? '';
    const unexplained = versions.filter(
      ([name]) => !section.includes(`\`${name}\``) && !section.includes(`\`${name.replace('@aws-sdk/', '')}\``),
    );
    expect(unexplained.map(([name]) => name)).toEqual([]);
    expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });

  it('nothing is left for later in the code', () => {
    expect(linesOf(/TODO|FIXME|XXX|@ts-ignore|@ts-nocheck|\bas any\b/, FILES)).toEqual([]);
  });
});

describe('the documents', () => {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const scripts = Object.keys(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).scripts);

  it('name only commands that exist', () => {
    const named = [...(readme + ARCHITECTURE).matchAll(/npm run ([a-z:]+)/g)].map(([, name]) => name ?? '');
    expect(named.length).toBeGreaterThan(3);
    expect([...new Set(named)].filter(name => !scripts.includes(name))).toEqual([]);
  });

  it('name only files that exist', () => {
    const named = [...ARCHITECTURE.matchAll(/`((?:core|functions|infra|local|bench|test)\/[\w./-]+\.ts)`/g)];
    const missing = named.map(([, file]) => file ?? '').filter(file => globSync(file, { cwd: ROOT }).length === 0);
    expect(missing).toEqual([]);
  });
});
