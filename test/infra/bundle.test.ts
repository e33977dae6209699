import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toCatalog } from '../../core/catalog.ts';
import { type Bundles, bundleFunctions, FUNCTION_NAMES, type FunctionName, ON_DEMAND } from '../../infra/bundle.ts';
import { configOf, httpMonitor } from './monitors.ts';

const CONFIG = configOf([httpMonitor({ target: 'https://inner.example.org/', headers: { 'x-key': 'of-the-shop' } })]);
const directory = mkdtempSync(join(tmpdir(), 'tocsin-bundle-'));
let bundles: Bundles;

beforeAll(() => {
  bundles = bundleFunctions(CONFIG, directory);
});
afterAll(() => rmSync(directory, { recursive: true }));

/** The files whose code is in the bundle; what was shaken out does not count. */
function heldBy(name: FunctionName): readonly string[] {
  return Object.values(bundles[name].metafile.outputs).flatMap(({ inputs }) =>
    Object.keys(inputs).filter(file => (inputs[file]?.bytesInOutput ?? 0) > 0),
  );
}

describe.each(FUNCTION_NAMES)('the bundle of %s', name => {
  it.each([
    ['aws-cdk-lib', /\/(?:aws-cdk-lib|constructs|cdk-nag)\//],
    ['infra/', /^infra\//],
    ['local/', /^local\//],
    ['the embedded database', /\/(?:dynalite|classic-level)\//],
    ['the parser of the configuration', /\/yaml\/|^core\/config\/(?:parse|schema|build)/],
    ['the whole of zod', /\/zod\/(?!.*mini).*(?:classic|locales)/],
    ['the bundler', /\/esbuild\//],
    ['credentials that Lambda never uses', /credential-provider-(?!env)/],
    ['a client that the whole chain of credentials would need', /client-sso|nested-clients|token-providers/],
  ])('holds nothing of %s', (_what, pattern) => {
    expect(heldBy(name).filter(file => pattern.test(file))).toEqual([]);
  });

  it('leaves outside only Node itself and what is loaded on demand or never', () => {
    const outside = Object.values(bundles[name].metafile.outputs).flatMap(({ imports }) =>
      imports.map(({ path }) => path).filter(path => !path.startsWith('node:')),
    );
    expect(outside.sort()).toEqual([...Object.keys(ON_DEMAND), '@smithy/core/event-streams'].sort());
  });

  it('is a directory with its code and its data, and nothing else', () => {
    const more = { check: ['config.json', 'node_modules'], api: ['catalog.json', 'node_modules'] }[name];
    expect(readdirSync(bundles[name].directory).sort()).toEqual(['index.cjs', ...more].sort());
  });
});

describe('the bundle of check', () => {
  it('ships the parsed configuration as data', () => {
    expect(JSON.parse(readFileSync(join(bundles.check.directory, 'config.json'), 'utf8'))).toEqual(CONFIG);
  });

  it.each(Object.entries(ON_DEMAND))('brings %s along, as far as it is used', (packageName, exported) => {
    const file = join(bundles.check.directory, 'node_modules', packageName, 'index.cjs');
    const require = createRequire(join(bundles.check.directory, 'index.cjs'));
    expect(require.resolve(packageName)).toBe(realpathSync(file));
    expect(Object.keys(require(packageName)).sort()).toEqual([...exported].sort());
    // What is asked for, and what was bundled for it, must not drift apart.
    const source = readFileSync('functions/adapters/secrets.ts', 'utf8');
    const asked = new RegExp(`\\{([^{}]*)\\} = await import\\('${packageName}'\\)`).exec(source)?.[1];
    expect(
      asked
        ?.split(',')
        .map(text => text.trim())
        .sort(),
    ).toEqual([...exported].sort());
  });

  it('is small enough to start fast', () => {
    expect(kilobytes('check')).toBeLessThan(500);
  });
});

describe('the bundle of api', () => {
  it('holds no prober and publishes nothing', () => {
    expect(
      heldBy('api').filter(file => /functions\/adapters\/probe|client-sns|client-ssm|secrets-manager/.test(file)),
    ).toEqual([]);
  });

  it('ships the allow-listed catalog, without a target or a header', () => {
    const catalog = readFileSync(join(bundles.api.directory, 'catalog.json'), 'utf8');
    expect(JSON.parse(catalog)).toEqual(toCatalog(CONFIG));
    expect(catalog).not.toMatch(/inner\.example\.org|of-the-shop/);
  });

  it('is small enough to start fast', () => {
    expect(kilobytes('api')).toBeLessThan(350);
  });
});

function kilobytes(name: FunctionName): number {
  return statSync(join(bundles[name].directory, 'index.cjs')).size / 1000;
}
