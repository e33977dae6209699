import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { type BuildOptions, buildSync } from 'esbuild';
import type { Config } from '../core/config/model.ts';
import { DEFAULT_PAGING } from '../core/config/paging.ts';
import { CONFIG_FILE, toCheckEnv } from '../functions/settings.ts';
import { bundleFunctions } from '../infra/bundle.ts';

const REACH = 0.75;
const FEWEST_SAMPLES = 15;

const HELP = `Usage: npm run bench:cold -- [--samples N]

Processor milliseconds of a cold start of the check function: from the import of its bundle until its first write to the
table, and until the run is over, which has probed one service that is down, stored that and published the page. A fresh
process a sample, the bundles taking turns, against a stub of DynamoDB and SNS in another process. Medians.

  tocsin    what is deployed, built by infra/bundle.ts
  untuned   the same handler with its SDK, as CDK's NodejsFunction bundles it with { bundleAwsSDK: true } and nothing else
            said: CommonJS, esbuild's own mainFields, not minified, the full credential chain
  runtime   the same, the SDK left out and loaded from node_modules, as NodejsFunction does by default and Lambda's own
            copy is loaded; for comparison

  --samples N   how often each is started, at least ${FEWEST_SAMPLES} (default 25)
  --help        this text

Reach: first write <= ${REACH} of untuned. Exits 1 when it is missed.`;

/** Inside the checkout, so that `runtime` finds its SDK. */
const DIRECTORY = join(import.meta.dirname, '..', 'dist', 'bench');
const UNTUNED: BuildOptions = { bundle: true, platform: 'node', target: 'node24', format: 'cjs', logLevel: 'error' };

process.exitCode = await main(process.argv.slice(2));

/** @returns the exit code. */
async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  if ('problem' in options) {
    console.error(options.problem);
    return 2;
  }
  if (!options.help) return measure(options.samples);
  process.stdout.write(`${HELP}\n`);
  return 0;
}

function readOptions(args: readonly string[]): { samples: number; help: boolean } | { problem: string } {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { samples: { type: 'string', default: '25' }, help: { type: 'boolean', default: false } },
    });
    const samples = Number(values.samples);
    if (Number.isInteger(samples) && samples >= FEWEST_SAMPLES) return { samples, help: values.help };
    return { problem: `--samples must be a whole number of at least ${FEWEST_SAMPLES}, got "${values.samples}"` };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

/** @returns the exit code. */
async function measure(count: number): Promise<number> {
  const stub = await startStub();
  try {
    const bundles = build(`${stub.origin}/`);
    const spent = new Map<string, ColdStart[]>(Object.keys(bundles).map(name => [name, []]));
    for (let sample = 0; sample < count; sample++) {
      for (const [name, file] of Object.entries(bundles)) spent.get(name)?.push(await coldStart(file, stub.origin));
    }
    await confirmWork(stub.origin, count * Object.keys(bundles).length);
    return report(bundles, spent);
  } finally {
    stub.stop();
    rmSync(DIRECTORY, { recursive: true, force: true });
  }
}

function build(target: string): Readonly<Record<string, string>> {
  rmSync(DIRECTORY, { recursive: true, force: true });
  const tocsin = bundleFunctions(oneServiceDown(target), DIRECTORY).check.directory;
  const peer = (name: string, options: BuildOptions): string => {
    const directory = join(DIRECTORY, name);
    mkdirSync(directory);
    copyFileSync(join(tocsin, CONFIG_FILE), join(directory, CONFIG_FILE));
    const outfile = join(directory, 'index.cjs');
    buildSync({ ...UNTUNED, ...options, outfile, entryPoints: [join(import.meta.dirname, '../functions/check.ts')] });
    return outfile;
  };
  return {
    tocsin: join(tocsin, 'index.cjs'),
    untuned: peer('untuned', {}),
    runtime: peer('runtime', { external: ['@aws-sdk/*', '@smithy/*'] }),
  };
}

/** One service whose first failure is paged, so that a single run takes the whole way. */
function oneServiceDown(target: string): Config {
  const monitor = {
    kind: 'http',
    id: 'web',
    name: 'Web',
    service: 'web',
    target,
    method: 'GET',
    headers: {},
    redirects: 0,
    insecureTls: false,
    intervalSeconds: 60,
    timeoutMs: 5_000,
    retries: 0,
    conditions: [],
    degraded: [],
    failureThreshold: 1,
    recoveryThreshold: 1,
    severity: 'critical',
    allowPrivate: true,
    tags: [],
  } as const;
  return {
    shards: 1,
    services: [{ id: 'web', name: 'Web', dependsOn: [], shard: 0, monitors: [monitor] }],
    paging: DEFAULT_PAGING,
  };
}

/** Processor milliseconds since the import of the bundle. */
interface ColdStart {
  readonly firstWriteMs: number;
  readonly runMs: number;
}

async function coldStart(bundleFile: string, origin: string): Promise<ColdStart> {
  const sample = join(import.meta.dirname, 'cold-sample.cjs');
  const slot = `${new Date().toISOString().slice(0, 17)}00Z`;
  const { stdout } = await promisify(execFile)(process.execPath, [sample, bundleFile, slot], {
    env: {
      ...toCheckEnv({
        table: 'tocsin',
        topicArn: 'arn:aws:sns:eu-central-1:123456789012:tocsin',
        statusUrl: 'https://status.example.org',
        runEverySeconds: 60,
        linkKeySecret: 'tocsin/link-key',
        logLevel: 'info',
      }),
      LAMBDA_TASK_ROOT: join(bundleFile, '..'),
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'stub',
      AWS_SECRET_ACCESS_KEY: 'stub',
      AWS_ENDPOINT_URL_DYNAMODB: origin,
      AWS_ENDPOINT_URL_SNS: origin,
    },
  });
  const { firstWriteMs, runMs } = JSON.parse(stdout.split('\n').at(-1) ?? '');
  if (!(firstWriteMs > 0 && runMs >= firstWriteMs)) throw new Error(`${bundleFile} wrote nothing: ${stdout}`);
  return { firstWriteMs, runMs };
}

async function startStub(): Promise<{ readonly origin: string; readonly stop: () => void }> {
  const stub = spawn(process.execPath, [join(import.meta.dirname, 'cold-stub.ts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [port] = await once(stub.stdout, 'data');
  return { origin: `http://127.0.0.1:${String(port).trim()}`, stop: () => stub.kill() };
}

/** A sample that neither wrote nor published would be fast, and worth nothing. */
async function confirmWork(origin: string, starts: number): Promise<void> {
  const seen: unknown = await (await fetch(`${origin}/seen`)).json();
  for (const operation of ['PutItem', 'Publish', 'probe']) {
    const count = Number(Object(seen)[operation] ?? 0);
    if (count < starts)
      throw new Error(`${starts} cold starts made only ${count} ${operation}: ${JSON.stringify(seen)}`);
  }
}

function report(bundles: Readonly<Record<string, string>>, spent: ReadonlyMap<string, readonly ColdStart[]>): number {
  const line = (cells: readonly string[]) => process.stdout.write(`${cells.map(cell => cell.padStart(16)).join('')}\n`);
  const medians = (name: string) => {
    const starts = spent.get(name) ?? [];
    return {
      firstWriteMs: median(starts.map(start => start.firstWriteMs)),
      runMs: median(starts.map(start => start.runMs)),
    };
  };
  const tocsin = medians('tocsin');
  line(['bundle', 'kB', 'first write ms', 'run ms', 'tocsin is', 'of its run']);
  for (const [name, file] of Object.entries(bundles)) {
    const { firstWriteMs, runMs } = medians(name);
    const ratios = [tocsin.firstWriteMs / firstWriteMs, tocsin.runMs / runMs].map(ratio => `${ratio.toFixed(2)}x`);
    line([name, (statSync(file).size / 1000).toFixed(0), firstWriteMs.toFixed(1), runMs.toFixed(1), ...ratios]);
  }
  const ratio = tocsin.firstWriteMs / medians('untuned').firstWriteMs;
  const verdict = ratio <= REACH ? 'reached' : 'MISSED';
  process.stdout.write(`\ncold ${ratio.toFixed(2)}x of untuned (reach <= ${REACH}x): ${verdict}\n`);
  return ratio <= REACH ? 0 : 1;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle) - 1] ?? Number.NaN)) / 2;
}
