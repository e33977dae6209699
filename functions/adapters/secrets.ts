import type { ReferenceKind } from '../../core/config/references.ts';
import type { Clock } from '../ports.ts';
import type { SecretSource } from '../run-secrets.ts';
import { PATIENCE } from './patience.ts';

/** A secret that was rotated is used after this long at the latest. */
const KEEP_MS = 5 * 60_000;

/** A reference that names nothing that can be used as text. */
export class SecretError extends Error {
  override readonly name = 'SecretError';
}

/**
 * Secrets from SSM Parameter Store and Secrets Manager, kept in this instance for at most five minutes. The clients are
 * loaded with the first reference, so that a configuration without one does not pay for them at start.
 */
export function secretSource(clock: Clock = Date.now): SecretSource {
  const readers: { readonly [K in ReferenceKind]: () => Promise<Reader> } = {
    ssm: once(parameterReader),
    secret: once(secretReader),
  };
  const kept = new Map<string, { readonly value: string; readonly untilAt: number }>();
  return {
    async resolve(kind, name) {
      const key = `${kind}:${name}`;
      const known = kept.get(key);
      if (known !== undefined && clock() < known.untilAt) return known.value;
      const read = await readers[kind]();
      const value = await read(name);
      if (value === undefined) throw new SecretError(`${key} holds no text`);
      kept.set(key, { value, untilAt: clock() + KEEP_MS });
      return value;
    },
  };
}

type Reader = (name: string) => Promise<string | undefined>;

async function parameterReader(): Promise<Reader> {
  const { GetParameterCommand, SSMClient } = await import('@aws-sdk/client-ssm');
  const client = new SSMClient(PATIENCE);
  return async name =>
    (await client.send(new GetParameterCommand({ Name: name, WithDecryption: true }))).Parameter?.Value;
}

async function secretReader(): Promise<Reader> {
  const { GetSecretValueCommand, SecretsManagerClient } = await import('@aws-sdk/client-secrets-manager');
  const client = new SecretsManagerClient(PATIENCE);
  return async name => (await client.send(new GetSecretValueCommand({ SecretId: name }))).SecretString;
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
