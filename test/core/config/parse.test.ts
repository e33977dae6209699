import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Config, Monitor } from '../../../core/config/model.ts';
import { DEFAULT_PAGING } from '../../../core/config/paging.ts';
import { formatProblem, parseConfig } from '../../../core/config/parse.ts';

const FIXTURES = new URL('../../fixtures/config/', import.meta.url);
const fixture = (name: string) => readFileSync(new URL(name, FIXTURES), 'utf8');

function problems(text: string): string[] {
  const parsed = parseConfig(text, 'm.yaml');
  return parsed.ok ? [] : parsed.problems.map(formatProblem);
}

function config(text: string): Config {
  const parsed = parseConfig(text, 'm.yaml');
  if (!parsed.ok) throw new Error(parsed.problems.map(formatProblem).join('\n'));
  return parsed.config;
}

/** The first monitor of the first service. */
function monitor(text: string): Monitor {
  const [first] = config(text).services[0]?.monitors ?? [];
  if (first === undefined) throw new Error('no monitor');
  return first;
}

describe('every bad configuration has its exact messages:', () => {
  const names = readdirSync(FIXTURES).filter(name => /^invalid-.*\.yaml$/.test(name));

  test.each(names)('%s', name => {
    const parsed = parseConfig(fixture(name), name);
    const found = parsed.ok ? ['fine'] : parsed.problems.map(formatProblem);
    expect(`${found.join('\n')}\n`).toBe(fixture(name.replace('.yaml', '.txt')));
  });

  test.each(names)('%s repeats no secret', name => {
    expect(problems(fixture(name)).join('\n')).not.toMatch(/hunter[23]/);
  });
});

const SHOP = 'monitors:\n  - id: shop\n    target: https://shop.example/health\n';

describe('a monitor that says nothing', () => {
  test('gets the built-in values', () => {
    expect(config(SHOP)).toEqual({
      shards: 1,
      services: [
        {
          id: 'shop',
          name: 'shop',
          dependsOn: [],
          shard: 0,
          monitors: [
            {
              id: 'shop',
              name: 'shop',
              service: 'shop',
              kind: 'http',
              target: 'https://shop.example/health',
              method: 'GET',
              headers: {},
              redirects: 5,
              insecureTls: false,
              intervalSeconds: 60,
              timeoutMs: 10_000,
              retries: 0,
              conditions: [],
              degraded: [],
              failureThreshold: 3,
              recoveryThreshold: 2,
              severity: 'error',
              allowPrivate: false,
              tags: [],
            },
          ],
        },
      ],
      paging: DEFAULT_PAGING,
    });
  });

  test('travels as JSON unchanged', () => {
    const shipped = config(fixture('every-key.yaml'));
    expect(JSON.parse(JSON.stringify(shipped))).toEqual(shipped);
  });
});

describe('what a monitor does not say comes from', () => {
  const shop = (rest: string) => `${SHOP.replace('https:', 'http:')}${rest}`;

  test.each([
    ['its service, before the defaults', 'severity: warning', 'severity: info', '', 'warning'],
    ['the defaults, without a service that says it', '', 'severity: info', '', 'info'],
    ['itself, before both', 'severity: warning', 'severity: info', 'severity: critical', 'critical'],
    ['nowhere: error', '', '', '', 'error'],
  ])('%s', (_, service, defaults, own, severity) => {
    const text = `defaults: {${defaults}}\nservices:\n  - {id: s, ${service}}\n${shop(`    service: s\n    ${own}`)}`;
    expect(monitor(text).severity).toBe(severity);
  });

  test('the defaults, headers merged whatever their case', () => {
    const text = `defaults:\n  headers: {Accept: text/html, x-a: one}\n${shop('    headers: {X-A: two}')}`;
    expect(monitor(text)).toMatchObject({ headers: { Accept: 'text/html', 'X-A': 'two' } });
  });

  test('the defaults, conditions only where the kind can hold what they read', () => {
    const text =
      'defaults: {conditions: ["[STATUS] == 200", "[RESPONSE_TIME] < 1s"]}\nmonitors:\n  - {id: a, kind: tcp, target: "db:1"}\n';
    expect(monitor(text).conditions.map(condition => condition.text)).toEqual(['[RESPONSE_TIME] < 1s']);
  });

  test('the defaults, unless its own list is empty', () => {
    expect(monitor(`defaults: {conditions: ["[STATUS] == 200"]}\n${shop('    conditions: []')}`).conditions).toEqual(
      [],
    );
  });
});

describe('services', () => {
  const text = `
services:
  - {id: empty}
  - {id: shop, name: Shop, group: web, dependsOn: [empty, search]}
monitors:
  - {id: search, name: Search, group: web, target: "https://a.example"}
  - {id: one, service: shop, target: "https://b.example"}
  - {id: off, service: empty, target: "https://c.example", enabled: false}
  - {id: two, service: shop, target: "https://d.example"}
`;

  test('hold their enabled monitors in the order of the file; one without any is left out', () => {
    const services = config(text).services.map(({ id, name, dependsOn, monitors }) => {
      return { id, name, dependsOn, monitors: monitors.map(each => each.id) };
    });
    expect(services).toEqual([
      { id: 'shop', name: 'Shop', dependsOn: ['search'], monitors: ['one', 'two'] },
      { id: 'search', name: 'Search', dependsOn: [], monitors: ['search'] },
    ]);
  });

  test('give their group to their monitors', () => {
    expect(monitor(text).group).toBe('web');
  });

  test('of one group share a shard', () => {
    const shards = config(`shards: 64\n${text}`).services.map(service => service.shard);
    expect(new Set(shards).size).toBe(1);
  });
});

describe('targets', () => {
  test.each<readonly [string, string, object]>([
    ['tcp', 'DB.Example:5432', { host: 'db.example', port: 5432 }],
    ['tcp', '[::1]:443', { host: '::1', port: 443 }],
    ['tcp', 'bücher.example:80', { host: 'xn--bcher-kva.example', port: 80 }],
    ['tls', 'shop.example', { host: 'shop.example', port: 443 }],
    ['tls', '192.0.2.1:8443', { host: '192.0.2.1', port: 8443 }],
    ['tls', '0x7f.1', { host: '127.0.0.1', port: 443 }],
    ['dns', '_sip._tcp.example.com.', { target: '_sip._tcp.example.com.' }],
  ])('%s %s', (kind, target, expected) => {
    expect(monitor(`monitors: [{id: a, kind: ${kind}, target: "${target}"}]`)).toMatchObject(expected);
  });
});

test.each([
  ['an emoji', 'Shop 🔔'],
  ['line breaks', 'Shop\nand\r\ncheckout'],
  ['other scripts', 'متجر 商店 Лавка'],
  ['300 characters', 'x'.repeat(300)],
])('a name may hold %s', (_, name) => {
  expect(monitor(`${SHOP}    name: ${JSON.stringify(name)}`).name).toBe(name);
});

describe('hostile text', () => {
  const nested = Array.from(
    'bcdefghij',
    (letter, index) => `${letter}: &${letter} [${Array(9).fill(`*${'abcdefghi'[index]}`)}]`,
  );

  test.each([
    ['deep nesting', '['.repeat(50_000), 'm.yaml:1:1 the file is nested too deeply'],
    [
      'a bomb of aliases',
      `a: &a [x]\n${nested.join('\n')}`,
      'm.yaml:1:1 the file has aliases that lead to themselves or to too many values',
    ],
    ['a file too large', ' '.repeat(1_048_577), 'm.yaml:1:1 the file is larger than 1 MiB'],
    ['two documents', `${SHOP}---\n${SHOP}`, 'm.yaml:4:1 is not valid YAML: Source contains multiple documents'],
  ])('%s is one problem in plain words', (_, text, expected) => {
    expect(problems(text)).toEqual([expected]);
  });

  test('more than 200 problems are cut, and counted', () => {
    const text = `monitors:\n${Array.from({ length: 300 }, (_, index) => `  - {id: m${index}, target: ftp, kind: http}\n`).join('')}`;
    const found = problems(text);
    expect(found).toHaveLength(201);
    expect(found.at(-1)).toBe('m.yaml:202:16 and 100 more problems from here on');
  });

  test('never makes it throw', () => {
    const valid = fixture('every-key.yaml');
    const pieces = fc.constantFrom(
      '[',
      '{',
      '*a',
      '&a',
      '<<',
      '"',
      ':',
      '\n',
      '  ',
      '- ',
      '!!set',
      '\u0000',
      '${',
      '__proto__',
      '1e999',
    );
    const cut = fc.tuple(fc.nat(valid.length), fc.nat(40), fc.oneof(pieces, fc.string()));
    const mutated = fc
      .array(cut, { minLength: 1, maxLength: 5 })
      .map(cuts =>
        cuts.reduce((text, [at, length, piece]) => text.slice(0, at) + piece + text.slice(at + length), valid),
      );
    fc.assert(
      fc.property(fc.oneof(mutated, fc.string(), fc.string({ unit: 'binary' })), text => {
        const parsed = parseConfig(text, 'm.yaml');
        if (parsed.ok) return;
        expect(parsed.problems.length).toBeGreaterThan(0);
        const lines = text.split('\n').length;
        for (const { line, column } of parsed.problems) {
          expect(line).toBeGreaterThanOrEqual(1);
          expect(line).toBeLessThanOrEqual(lines);
          expect(column).toBeGreaterThanOrEqual(1);
        }
      }),
      { numRuns: 300 },
    );
  });
});

test('ten times the monitors cost about ten times the work', () => {
  const file = (count: number) =>
    `monitors:\n${Array.from({ length: count }, (_, index) => `  - id: m${index}\n    target: https://m${index}.example\n    conditions: ["[STATUS] == 200", "[BODY].status == UP"]\n`).join('')}`;
  const cpuMs = (text: string) => {
    const before = process.cpuUsage();
    expect(config(text).services.length).toBeGreaterThan(0);
    return process.cpuUsage(before).user / 1000;
  };
  cpuMs(file(1000));
  const small = Math.min(cpuMs(file(500)), cpuMs(file(500)));
  // Quadratic work would be a hundred times more.
  expect(cpuMs(file(5000))).toBeLessThan(40 * Math.max(small, 5));
});
