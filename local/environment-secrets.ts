import type { SecretSource } from '../functions/run-secrets.ts';

/** The environment variable that stands for a parameter or a secret on a laptop: `/shop/token` is `SSM_SHOP_TOKEN`. */
export function variableFor(kind: 'ssm' | 'secret', name: string): string {
  return `${kind}_${name.replace(/^\//, '').replace(/[^A-Za-z0-9]/g, '_')}`.toUpperCase();
}

/** References answered from environment variables. Rejects when the variable is not set. */
export function secretsFromEnvironment(env: Readonly<Record<string, string | undefined>>): SecretSource {
  return {
    async resolve(kind, name) {
      const value = env[variableFor(kind, name)];
      if (value !== undefined) return value;
      const error = new Error();
      error.name = `environment variable ${variableFor(kind, name)} is not set`;
      throw error;
    },
  };
}
