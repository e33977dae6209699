import { type IncomingMessage, request as sendRequest } from 'node:http';
import type { Socket } from 'node:net';
import { guarded, outOfTime } from './attempt.ts';
import { exchangeFailure } from './failures.ts';
import type { Attempt, Outcome } from './prober.ts';
import { type Hop, isRedirect } from './redirect.ts';

export const BODY_BYTES_KEPT = 65_536;
const MOST_HEADER_BYTES = 32_768;
/** `100 Continue`, `103 Early Hints`: a handful is normal, an endless row is an attack on our time. */
const MOST_INTERIM_ANSWERS = 16;

/** Response headers whose values are credentials: that they came may be told, what they said is not kept. */
const CREDENTIALS: ReadonlySet<string> = new Set([
  'set-cookie',
  'set-cookie2',
  'authorization',
  'proxy-authorization',
  'authentication-info',
  'x-auth-token',
  'x-csrf-token',
]);

export interface Answer {
  readonly status: number;
  readonly location: string | undefined;
}

/**
 * Sends one request over an open connection and reads the answer, its body up to 64 KiB. With `followsRedirects` the
 * body of a redirect is not read. The connection is destroyed, whatever came.
 */
export function exchange(
  connection: Socket,
  hop: Hop,
  followsRedirects: boolean,
  attempt: Attempt,
): Promise<Outcome<Answer>> {
  if (attempt.isOver()) return Promise.resolve({ failure: outOfTime() });
  attempt.phase = 'firstByte';
  return new Promise<Outcome<Answer>>((resolve, reject) => {
    const end = (outcome: Outcome<Answer>) => {
      connection.destroy();
      resolve(outcome);
    };
    const fail = (error: Error) => end({ failure: exchangeFailure(error) });
    const request = sendRequest({
      createConnection: () => connection,
      method: hop.method,
      path: hop.url.pathname + hop.url.search,
      headers: wireHeaders(hop),
      setHost: false,
      maxHeaderSize: MOST_HEADER_BYTES,
    });
    let interimAnswers = 0;
    request.on('information', () => {
      if (++interimAnswers <= MOST_INTERIM_ANSWERS) return;
      end({
        failure: { reason: 'protocol', detail: `more than ${MOST_INTERIM_ANSWERS} interim answers, and no final one` },
      });
    });
    const sentMs = performance.now();
    const answered = (response: IncomingMessage) => {
      response.on('error', fail);
      attempt.seen.timings.firstByteMs = performance.now() - sentMs;
      const status = response.statusCode ?? 0;
      const location = response.headers.location;
      attempt.seen.status = status;
      attempt.seen.headers = keptHeaders(response.rawHeaders);
      const done = () => end({ value: { status, location } });
      if (followsRedirects && isRedirect(status, location)) return done();
      attempt.phase = 'body';
      readBody(response, attempt, done);
    };
    request.on('response', guarded(reject, answered));
    // A switch of protocols is an answer like any other; what follows it is not ours to read.
    const switched = (response: IncomingMessage) => {
      answered(response);
      end({ value: { status: response.statusCode ?? 101, location: undefined } });
    };
    request.on('upgrade', guarded(reject, switched));
    // Stays: an error after the answer is nobody's.
    request.on('error', fail);
    request.end(hop.body);
  });
}

function wireHeaders(hop: Hop): string[] {
  const headers = ['host', hop.headers.get('host') ?? hop.url.host];
  for (const [name, value] of hop.headers) {
    if (name !== 'host' && !FRAMING.has(name)) headers.push(name, value);
  }
  if (hop.body !== undefined) headers.push('content-length', String(Buffer.byteLength(hop.body)));
  headers.push('connection', 'close');
  return headers;
}

/** Ours to write: a configured value could make the request end somewhere else than it does. */
const FRAMING: ReadonlySet<string> = new Set([
  'content-length',
  'transfer-encoding',
  'connection',
  'expect',
  'upgrade',
]);

/** Names in lower case, repeated ones joined. No prototype: a target may send a header named `constructor`. */
function keptHeaders(raw: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = Object.create(null);
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = (raw[index] ?? '').toLowerCase();
    const value = CREDENTIALS.has(name) ? '(withheld)' : (raw[index + 1] ?? '');
    const before = headers[name];
    headers[name] = before === undefined ? value : `${before}, ${value}`;
  }
  return headers;
}

function readBody(response: IncomingMessage, attempt: Attempt, done: () => void): void {
  const chunks: Buffer[] = [];
  let length = 0;
  let isDone = false;
  const finish = (isTruncated: boolean) => {
    if (isDone) return;
    isDone = true;
    if (isTruncated) attempt.seen.bodyTruncated = true;
    if (isPlain(response)) attempt.seen.body = decode(chunks, length);
    done();
  };
  response.on('data', (chunk: Buffer) => {
    if (isDone) return;
    chunks.push(chunk);
    length += chunk.length;
    if (length > BODY_BYTES_KEPT) finish(true);
  });
  response.on('end', () => finish(false));
}

/** A compressed answer came although none was asked for: it is not unpacked, so there is no text. */
function isPlain(response: IncomingMessage): boolean {
  const encoding = response.headers['content-encoding'];
  return encoding === undefined || encoding === '' || encoding.toLowerCase() === 'identity';
}

const UTF8 = new TextDecoder();

function decode(chunks: readonly Buffer[], length: number): string {
  const [first] = chunks;
  if (first === undefined) return '';
  const bytes = chunks.length === 1 ? first : Buffer.concat(chunks, length);
  return UTF8.decode(bytes.subarray(0, BODY_BYTES_KEPT));
}
