import { createServer, type IncomingMessage } from 'node:http';
import { variableFor } from './environment-secrets.ts';
import { close, listen } from './listen.ts';
import type { Outbox } from './outbox.ts';

export interface AwsStub {
  readonly endpoint: string;
  close(): Promise<void>;
}

const MAX_REQUEST_BYTES = 512 * 1024;

/**
 * Stands in for SNS, SSM and Secrets Manager on a laptop. SNS keeps what would have been sent in the outbox; a parameter
 * `/shop/token` is the environment variable `SSM_SHOP_TOKEN`, a secret `shop/db` is `SECRET_SHOP_DB`.
 */
export async function startAwsStub(outbox: Outbox, env: Environment): Promise<AwsStub> {
  const server = createServer((request, response) => {
    readBody(request)
      .then(body => answer(request.headers['x-amz-target'], body, outbox, env))
      .catch((error: Error): Answer => ({ status: 400, type: JSON_TYPE, body: JSON.stringify({ __type: error.name }) }))
      .then(({ status, type, body }) => response.writeHead(status, { 'content-type': type }).end(body));
  });
  const endpoint = `http://127.0.0.1:${await listen(server)}`;
  return { endpoint, close: () => close(server) };
}

type Environment = Readonly<Record<string, string | undefined>>;

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

const JSON_TYPE = 'application/x-amz-json-1.1';

/** SNS speaks forms and XML, the others name their operation in a header and speak JSON. */
function answer(target: string | string[] | undefined, body: string, outbox: Outbox, env: Environment): Answer {
  switch (target) {
    case undefined:
      return publish(new URLSearchParams(body), outbox);
    case 'AmazonSSM.GetParameter': {
      const name = field(body, 'Name');
      const value = env[variableFor('ssm', name)];
      return secret(value, 'ParameterNotFound', { Parameter: { Name: name, Value: value } });
    }
    case 'secretsmanager.GetSecretValue': {
      const name = field(body, 'SecretId');
      const value = env[variableFor('secret', name)];
      return secret(value, 'ResourceNotFoundException', { Name: name, SecretString: value });
    }
    default:
      return { status: 400, type: JSON_TYPE, body: JSON.stringify({ __type: 'UnknownOperationException' }) };
  }
}

function publish(form: URLSearchParams, outbox: Outbox): Answer {
  if (form.get('Action') !== 'Publish') {
    const body = '<ErrorResponse><Error><Code>InvalidAction</Code></Error></ErrorResponse>';
    return { status: 400, type: 'text/xml', body };
  }
  const id = outbox.add({
    topic: form.get('TopicArn') ?? '',
    subject: form.get('Subject') ?? '',
    texts: textsOf(form.get('Message') ?? ''),
    attributes: attributesOf(form),
  });
  const result = `<PublishResult><MessageId>${id}</MessageId></PublishResult>`;
  const body = `<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">${result}</PublishResponse>`;
  return { status: 200, type: 'text/xml', body };
}

/** The texts of a message with `MessageStructure: json`, by protocol. */
function textsOf(message: string): Record<string, string> {
  const parsed: unknown = JSON.parse(message);
  const entries = typeof parsed === 'object' && parsed !== null ? Object.entries(parsed) : [];
  return Object.fromEntries(entries.filter(([, text]) => typeof text === 'string'));
}

function attributesOf(form: URLSearchParams): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (let index = 1; form.has(`MessageAttributes.entry.${index}.Name`); index++) {
    const name = form.get(`MessageAttributes.entry.${index}.Name`) ?? '';
    attributes[name] = form.get(`MessageAttributes.entry.${index}.Value.StringValue`) ?? '';
  }
  return attributes;
}

function secret(value: string | undefined, missing: string, found: object): Answer {
  if (value !== undefined) return { status: 200, type: JSON_TYPE, body: JSON.stringify(found) };
  return { status: 400, type: JSON_TYPE, body: JSON.stringify({ __type: missing, message: 'not set' }) };
}

function field(body: string, name: string): string {
  const parsed: unknown = JSON.parse(body);
  const found = Object.entries(parsed ?? {}).find(([key]) => key === name)?.[1];
  return typeof found === 'string' ? found : '';
}

function readBody(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > MAX_REQUEST_BYTES) reject(new Error('RequestTooLarge'));
      else chunks.push(chunk);
    });
    request.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    request.on('error', reject);
  });
}
