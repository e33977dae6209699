import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, type Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import type { Config } from '../../core/config/model.ts';
import type { DeployOptions } from '../../infra/deploy-options.ts';
import { assembleTocsin } from '../../infra/tocsin-stack.ts';

/** A resource of a synthesized template, as plain data. */
export interface Resource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: a template is JSON without a schema of ours; the tests look into it by hand.
  readonly Properties: any;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

export interface Synthesized {
  readonly resources: Readonly<Record<string, Resource>>;
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly warnings: readonly string[];
  readonly ofType: (type: string) => readonly Resource[];
}

export const DEFAULTS: DeployOptions = {
  configFile: 'monitors.yaml',
  alertEmail: [],
  alertSms: [],
  retain: true,
  publicStatus: false,
};

/**
 * The template for a configuration and options, with the feature flags of `cdk.json` and with every rule that a
 * deployment must pass: it throws when one is broken.
 */
export function synthesize(
  config: Config,
  options: Partial<DeployOptions> = {},
  extend: (stack: Stack) => void = () => {},
): Synthesized {
  const outdir = mkdtempSync(join(tmpdir(), 'tocsin-synth-'));
  try {
    const app = new App({ outdir, context: JSON.parse(readFileSync('cdk.json', 'utf8')).context });
    const code = { check: emptyCode(outdir, 'check'), api: emptyCode(outdir, 'api') };
    const stack = assembleTocsin(app, { config, options: { ...DEFAULTS, ...options }, code });
    extend(stack);
    return toSynthesized(stack);
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

function toSynthesized(stack: Stack): Synthesized {
  const { Resources, Outputs } = Template.fromStack(stack).toJSON();
  const resources: Readonly<Record<string, Resource>> = Resources;
  return {
    resources,
    outputs: Outputs,
    warnings: Annotations.fromStack(stack)
      .findWarning('*', Match.anyValue())
      .map(({ entry }) => String(entry.data)),
    ofType: type => Object.values(resources).filter(resource => resource.Type === type),
  };
}

/** What is in the bundles does not matter to the template. */
function emptyCode(parent: string, name: string): string {
  const directory = join(parent, `code-${name}`);
  mkdirSync(directory);
  writeFileSync(join(directory, 'index.cjs'), `// ${name}`);
  return directory;
}
