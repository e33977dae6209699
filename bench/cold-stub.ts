import { createServer } from 'node:http';

/**
 * DynamoDB, SNS and the watched target in one: an empty table that accepts every write, a topic that accepts every
 * page, and a service that is down, so that a run has something to page about. Started by `cold.ts` in a process of its
 * own, whose processor time is nobody's. Prints its port; `GET /seen` tells what was asked of it.
 */
const seen: Record<string, number> = {};

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', chunk => chunks.push(chunk));
  request.on('end', () => {
    if (request.url === '/seen') return response.end(JSON.stringify(seen));
    const operation = operationOf(request.headers['x-amz-target'], Buffer.concat(chunks).toString());
    seen[operation] = (seen[operation] ?? 0) + 1;
    const { status, type, body } = ANSWERS[operation] ?? ANSWERS.other;
    response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) }).end(body);
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') process.stdout.write(`${address.port}\n`);
});

function operationOf(target: string | string[] | undefined, body: string): string {
  if (typeof target === 'string') return target.split('.').at(-1) ?? 'other';
  return new URLSearchParams(body).get('Action') ?? 'probe';
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

const JSON_1_0 = 'application/x-amz-json-1.0';
const ANSWERS: Readonly<Record<string, Answer>> & { readonly other: Answer } = {
  GetItem: { status: 200, type: JSON_1_0, body: '{}' },
  Query: { status: 200, type: JSON_1_0, body: '{"Count":0,"Items":[],"ScannedCount":0}' },
  PutItem: { status: 200, type: JSON_1_0, body: '{}' },
  DeleteItem: { status: 200, type: JSON_1_0, body: '{}' },
  Publish: {
    status: 200,
    type: 'text/xml',
    body:
      '<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>cold</MessageId>' +
      '</PublishResult><ResponseMetadata><RequestId>cold</RequestId></ResponseMetadata></PublishResponse>',
  },
  probe: { status: 503, type: 'text/plain', body: 'down' },
  other: { status: 400, type: JSON_1_0, body: '{"__type":"UnknownOperationException"}' },
};
