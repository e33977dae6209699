import type { Config } from '../core/config/model.ts';

/** What the configuration refers to instead of holding it; names without repetition, in order. */
export interface References {
  /** Names of SSM parameters, with their leading slash if they have one. */
  readonly parameters: readonly string[];
  /** Names of secrets in Secrets Manager. */
  readonly secrets: readonly string[];
}

/** Finds every `${ssm:/name}` and `${secret:name}`, wherever in the configuration it stands. */
export function referencesOf(config: Config): References {
  const parameters = new Set<string>();
  const secrets = new Set<string>();
  for (const [, store, name] of JSON.stringify(config).matchAll(/\$\{(ssm|secret):([^}]+)\}/g)) {
    if (name !== undefined) (store === 'ssm' ? parameters : secrets).add(name);
  }
  return { parameters: [...parameters].sort(), secrets: [...secrets].sort() };
}
