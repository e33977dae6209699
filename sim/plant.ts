import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import type { PlantedFault } from './faults.ts';

const ROOT = resolve(import.meta.dirname, '..');

/** Bundles the worker that tries seeds, with the fault in it. */
export async function plant(fault: PlantedFault, outfile: string): Promise<URL> {
  const mutated = mutatedSources(fault);
  await build({
    entryPoints: [join(ROOT, 'sim/seed-worker.ts')],
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    outfile,
    logLevel: 'error',
    plugins: [
      {
        name: 'planted fault',
        setup(plugins) {
          plugins.onLoad({ filter: /\.ts$/ }, ({ path }) => {
            const contents = mutated.get(path);
            return contents === undefined ? undefined : { contents, loader: 'ts' };
          });
        },
      },
    ],
  });
  return pathToFileURL(outfile);
}

/**
 * The sources with the fault in them, by path.
 * @throws Error when a piece is not there exactly once
 */
export function mutatedSources({ name, edits }: PlantedFault): ReadonlyMap<string, string> {
  const sources = new Map<string, string>();
  for (const { file, find, replace } of edits) {
    const path = join(ROOT, file);
    const source = sources.get(path) ?? readFileSync(path, 'utf8');
    if (source.split(find).length !== 2) throw new Error(`the fault "${name}" must match ${file} exactly once`);
    sources.set(
      path,
      source.replace(find, () => replace),
    );
  }
  return sources;
}
