import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type BuildOptions, buildSync, type Metafile } from 'esbuild';
import { toCatalog } from '../core/catalog.ts';
import type { Config } from '../core/config/model.ts';
import { CATALOG_FILE, CONFIG_FILE } from '../functions/settings.ts';

/** The functions that are deployed: `functions/<name>.ts` becomes the asset `<outDirectory>/<name>/index.cjs`. */
export const FUNCTION_NAMES = ['check', 'api'] as const;
export type FunctionName = (typeof FUNCTION_NAMES)[number];

/** One function, built: a directory that holds its code and its data, and nothing else. */
export interface Bundle {
  readonly directory: string;
  /** What esbuild put into the code, and from where. Lies beside the directory as `<name>.meta.json`, so it is not deployed. */
  readonly metafile: Metafile;
}

export type Bundles = Readonly<Record<FunctionName, Bundle>>;

/**
 * Builds every function and lays the configuration beside it: `check` gets all of it, `api` the allow-listed catalog, so
 * that nothing it could leak is within its reach. Takes about half a second.
 */
export function bundleFunctions(config: Config, outDirectory: string = join(ROOT, 'dist')): Bundles {
  const check = bundle('check', outDirectory, { [CONFIG_FILE]: config });
  const api = bundle('api', outDirectory, { [CATALOG_FILE]: toCatalog(config) });
  for (const { directory } of [check, api]) {
    for (const [name, exported] of Object.entries(ON_DEMAND)) bundlePackage(name, exported, directory);
  }
  return { check, api };
}

/**
 * Clients that only references and the links in messages need, and what of them. Each is a bundle by itself, which lies where
 * `require` looks for the package, so that nobody else pays for it.
 */
export const ON_DEMAND = {
  '@aws-sdk/client-ssm': ['SSMClient', 'GetParameterCommand'],
  '@aws-sdk/client-secrets-manager': ['SecretsManagerClient', 'GetSecretValueCommand'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** What the cold start was tuned with; each line is worth milliseconds before the first write. */
export const BUNDLE_OPTIONS = {
  absWorkingDir: join(import.meta.dirname, '..'),
  bundle: true,
  platform: 'node',
  target: 'node24',
  // An ESM import of node:http loads undici as well; require does not.
  format: 'cjs',
  outExtension: { '.js': '.cjs' },
  // The SDK's ES modules can be tree-shaken, its CommonJS cannot.
  mainFields: ['module', 'main'],
  minify: true,
  legalComments: 'none',
  // import() would start the ES module loader; a require does what is needed of it here.
  supported: { 'dynamic-import': false },
  // In the deployed code the SDK looks for credentials where Lambda puts them, and nowhere else.
  alias: { '@aws-sdk/credential-provider-node': './functions/adapters/environment-credentials.ts' },
  external: [
    // Code that is imported on demand drags everything it shares with the rest out of the one scope that loads fastest.
    // No operation that is called here streams events, and no request is made from a browser; these are never loaded.
    '@smithy/core/event-streams',
    'bowser',
    ...Object.keys(ON_DEMAND),
  ],
  metafile: true,
  logLevel: 'warning',
} as const satisfies BuildOptions;

const ROOT = BUNDLE_OPTIONS.absWorkingDir;

function bundle(name: FunctionName, outDirectory: string, data: Readonly<Record<string, unknown>>): Bundle {
  const directory = join(outDirectory, name);
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const { metafile } = buildSync({
    ...BUNDLE_OPTIONS,
    entryPoints: { index: join(ROOT, 'functions', `${name}.ts`) },
    outdir: relative(ROOT, directory),
  });
  writeFileSync(join(outDirectory, `${name}.meta.json`), JSON.stringify(metafile));
  for (const [file, content] of Object.entries(data)) writeFileSync(join(directory, file), JSON.stringify(content));
  return { directory, metafile };
}

function bundlePackage(name: string, exported: readonly string[], functionDirectory: string): void {
  const directory = join(functionDirectory, 'node_modules', name);
  buildSync({
    ...BUNDLE_OPTIONS,
    external: BUNDLE_OPTIONS.external.filter(other => other !== name),
    stdin: { contents: `export { ${exported.join(', ')} } from '${name}';`, resolveDir: ROOT },
    outfile: relative(ROOT, join(directory, 'index.cjs')),
  });
  writeFileSync(join(directory, 'package.json'), JSON.stringify({ name, main: 'index.cjs' }));
}
