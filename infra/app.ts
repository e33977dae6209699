import { readFileSync } from 'node:fs';
import { App } from 'aws-cdk-lib';
import { formatProblem, parseConfig } from '../core/config/parse.ts';
import { bundleFunctions } from './bundle.ts';
import { parseDeployOptions } from './deploy-options.ts';
import { assembleTocsin } from './tocsin-stack.ts';

const app = new App();
const parsed = parseDeployOptions(key => app.node.tryGetContext(key));
if (!parsed.ok) refuse(parsed.problems);
const { options } = parsed;
const result = parseConfig(textOf(options.configFile), options.configFile);
if (!result.ok) refuse(result.problems.map(formatProblem));
// Here and not in a build step before: the context, and so the file, is known to the app alone.
const { check, api } = bundleFunctions(result.config);
assembleTocsin(app, { config: result.config, options, code: { check: check.directory, api: api.directory } });
app.synth();

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    return refuse([`${file} cannot be read: ${error instanceof Error ? error.message : error}`]);
  }
}

/** Bad input is no crash: its own words, and no stack trace. */
function refuse(problems: readonly string[]): never {
  for (const problem of problems) console.error(problem);
  process.exit(2);
}
