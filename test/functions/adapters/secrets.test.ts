import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { secretSource } from '../../../functions/adapters/secrets.ts';
import { httpTarget } from '../../support/targets.ts';

const PARAMETERS: Readonly<Record<string, string>> = { '/shop/token': 'tok-1' };
const SECRETS: Readonly<Record<string, string | undefined>> = { shop: 'sh0p', binary: undefined };
const before = { ...process.env };

beforeAll(() => {
  Object.assign(process.env, { AWS_REGION: 'eu-central-1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' });
});
afterAll(() => {
  process.env = before;
});

/** Speaks as much of both services as the adapter asks. */
async function aws() {
  const asked: unknown[] = [];
  const { port } = await httpTarget(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const question: { Name?: string; SecretId?: string; WithDecryption?: boolean } = JSON.parse(body);
    asked.push(question);
    const { Name = '', SecretId = '' } = question;
    response.setHeader('content-type', 'application/x-amz-json-1.1');
    if (Name in PARAMETERS) response.end(JSON.stringify({ Parameter: { Name, Value: PARAMETERS[Name] } }));
    else if (SecretId in SECRETS) response.end(JSON.stringify({ Name: SecretId, SecretString: SECRETS[SecretId] }));
    else response.writeHead(400).end(JSON.stringify({ __type: 'ParameterNotFound' }));
  });
  process.env.AWS_ENDPOINT_URL_SSM = `http://127.0.0.1:${port}`;
  process.env.AWS_ENDPOINT_URL_SECRETS_MANAGER = `http://127.0.0.1:${port}`;
  return asked;
}

describe('secrets by reference', () => {
  it('come decrypted from the parameter store, and from Secrets Manager', async () => {
    const asked = await aws();
    const source = secretSource();
    expect(await source.resolve('ssm', '/shop/token')).toBe('tok-1');
    expect(await source.resolve('secret', 'shop')).toBe('sh0p');
    expect(asked).toEqual([{ Name: '/shop/token', WithDecryption: true }, { SecretId: 'shop' }]);
  });

  it('are kept for five minutes and then read again', async () => {
    const asked = await aws();
    let now = 1_000_000;
    const source = secretSource(() => now);
    await source.resolve('ssm', '/shop/token');
    now += 299_999;
    await source.resolve('ssm', '/shop/token');
    expect(asked).toHaveLength(1);
    now += 1;
    await source.resolve('ssm', '/shop/token');
    expect(asked).toHaveLength(2);
  });

  it('that do not exist, or hold no text, are refused by name', async () => {
    await aws();
    const source = secretSource();
    await expect(source.resolve('ssm', '/gone')).rejects.toMatchObject({ name: 'ParameterNotFound' });
    await expect(source.resolve('secret', 'binary')).rejects.toThrow('secret:binary holds no text');
  });
});
