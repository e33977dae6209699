import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createProbe } from '../../../functions/adapters/probe/index.ts';
import { httpMonitor } from '../../support/probe-monitors.ts';
import { httpTarget, rawHttpTarget, tcpTarget } from '../../support/targets.ts';

const probe = createProbe();

describe('an http probe tells what came', () => {
  it('sees status, headers, body, address and the phases in milliseconds', async () => {
    const { port } = await httpTarget((_, response) => {
      response.writeHead(203, { 'X-Greeting': ['hello', 'again'], 'content-type': 'text/plain' });
      response.end('wohlan, es läuft');
    });
    const before = Date.now();
    const observation = await probe(httpMonitor(`http://127.0.0.1:${port}/path?x=1`), {});
    expect(observation).toMatchObject({ connected: true, status: 203, body: 'wohlan, es läuft', ip: '127.0.0.1' });
    expect(observation.headers).toMatchObject({ 'x-greeting': 'hello, again', 'content-type': 'text/plain' });
    expect(observation.failure).toBeUndefined();
    expect(observation.attempts).toBe(1);
    expect(observation.startedAt).toBeGreaterThanOrEqual(before);
    const { dnsMs, connectMs = 0, tlsMs, firstByteMs = 0, totalMs } = observation.timings;
    expect({ dnsMs, tlsMs }).toEqual({ dnsMs: undefined, tlsMs: undefined });
    expect(connectMs).toBeGreaterThan(0);
    expect(firstByteMs).toBeGreaterThan(0);
    expect(totalMs).toBeGreaterThanOrEqual(connectMs + firstByteMs);
  });

  it('measures how long the first byte took, and the body apart from it', async () => {
    const { port } = await httpTarget((_, response) => {
      setTimeout(() => {
        response.write('a');
        setTimeout(() => response.end('b'), 120);
      }, 80);
    });
    const { timings, body } = await probe(httpMonitor(`http://127.0.0.1:${port}/`), {});
    expect(body).toBe('ab');
    expect(timings.firstByteMs).toBeGreaterThan(75);
    expect(timings.firstByteMs).toBeLessThan(115);
    expect(timings.totalMs).toBeGreaterThan(195);
  });

  it('keeps 64 KiB of a longer body and says that there was more', async () => {
    const { port } = await httpTarget((_, response) => response.end('x'.repeat(70_000)));
    const { body, bodyTruncated } = await probe(httpMonitor(`http://127.0.0.1:${port}/`), {});
    expect(body).toHaveLength(65_536);
    expect(bodyTruncated).toBe(true);
  });

  it('keeps a body of exactly 64 KiB whole', async () => {
    const { port } = await httpTarget((_, response) => response.end('x'.repeat(65_536)));
    const { body, bodyTruncated } = await probe(httpMonitor(`http://127.0.0.1:${port}/`), {});
    expect(body).toHaveLength(65_536);
    expect(bodyTruncated).toBeUndefined();
  });

  it('tells that a cookie was set and not which', async () => {
    const { port } = await httpTarget((_, response) => {
      response.setHeader('set-cookie', ['session=abc', 'theme=dark']);
      response.end();
    });
    const { headers } = await probe(httpMonitor(`http://127.0.0.1:${port}/`), {});
    expect(headers?.['set-cookie']).toBe('(withheld), (withheld)');
  });

  it('takes a header named like a property of every object', async () => {
    const { port } = await rawHttpTarget(socket => {
      socket.end('HTTP/1.1 200 OK\r\n__proto__: x\r\nconstructor: y\r\ncontent-length: 0\r\n\r\n');
    });
    const { headers } = await probe(httpMonitor(`http://127.0.0.1:${port}/`), {});
    expect(Object.entries(headers ?? {})).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
      ['content-length', '0'],
    ]);
  });

  it.each([
    ['HEAD', 200],
    ['GET', 204],
    ['GET', 304],
  ])('is done at the headers where no body may follow: %s with %d', async (method, status) => {
    const { port } = await httpTarget((_, response) => response.writeHead(status, { 'x-a': 'b' }).end());
    const observation = await probe(httpMonitor(`http://127.0.0.1:${port}/`, { method }), {});
    expect(observation).toMatchObject({ status, body: '' });
    expect(observation.failure).toBeUndefined();
  });

  it('takes a switch of protocols for an answer', async () => {
    const { port } = await rawHttpTarget(socket => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: foo\r\n\r\nbytes');
    });
    const observation = await probe(httpMonitor(`http://127.0.0.1:${port}/`), {});
    expect(observation).toMatchObject({ status: 101 });
    expect(observation.failure).toBeUndefined();
  });

  it('reaches IPv6 literals', async () => {
    const { port } = await httpTarget((_, response) => response.end('six'), { host: '::1' });
    expect(await probe(httpMonitor(`http://[::1]:${port}/`), {})).toMatchObject({ ip: '::1', body: 'six' });
  });
});

describe('an http probe asks what is configured', () => {
  it('sends method, path, headers and body as configured, and says who asks', async () => {
    const received: { request?: IncomingMessage; body?: string } = {};
    const { port } = await httpTarget(async (request, response) => {
      received.request = request;
      request.on('data', chunk => {
        received.body = `${received.body ?? ''}${chunk}`;
      });
      await once(request, 'end');
      response.end();
    });
    const headers = { 'X-Api-Key': 'k', Host: 'shop.example' };
    await probe(httpMonitor(`http://127.0.0.1:${port}/a%20b?q=ä`, { method: 'POST', headers, body: 'grüße' }), {});
    expect(received.request).toMatchObject({ method: 'POST', url: '/a%20b?q=%C3%A4' });
    expect(received.request?.headers).toEqual({
      host: 'shop.example',
      'user-agent': 'Tocsin (+monitor)',
      accept: '*/*',
      'accept-encoding': 'identity',
      'x-api-key': 'k',
      'content-length': '7',
      connection: 'close',
    });
    expect(received.body).toBe('grüße');
  });

  it('lets a monitor name itself, and turns user and password of the address into basic authentication', async () => {
    const { port } = await httpTarget((request, response) => {
      response.end(`${request.headers['user-agent']} ${request.headers.authorization}`);
    });
    const monitor = httpMonitor(`http://me:p%40ss@127.0.0.1:${port}/`, { headers: { 'User-Agent': 'shop-check' } });
    const { body } = await probe(monitor, {});
    expect(body).toBe(`shop-check Basic ${Buffer.from('me:p@ss').toString('base64')}`);
  });

  it('keeps the framing of the request to itself', async () => {
    const { port } = await httpTarget((request, response) => response.end(JSON.stringify(request.headers)));
    const headers = { 'content-length': '999', 'Transfer-Encoding': 'chunked', connection: 'keep-alive' };
    const { body = '' } = await probe(httpMonitor(`http://127.0.0.1:${port}/`, { headers }), {});
    expect(JSON.parse(body)).not.toHaveProperty('transfer-encoding');
    expect(JSON.parse(body)).toMatchObject({ connection: 'close' });
  });
});

describe('a dead target is a value', () => {
  it('says who refused the connection', async () => {
    const observation = await probe(httpMonitor('http://127.0.0.1:1/'), {});
    expect(observation).toMatchObject({ connected: false, ip: '127.0.0.1' });
    expect(observation.failure).toEqual({
      reason: 'connect',
      detail: 'connection refused by 127.0.0.1:1',
      code: 'ECONNREFUSED',
    });
  });

  it.each([
    ['before the headers', ''],
    ['in the headers', 'HTTP/1.1 200 OK\r\nx-a: '],
    ['in the body', 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc'],
    ['in a chunk', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nab'],
  ])('knows a connection that ends %s', async (_, bytes) => {
    const { port } = await rawHttpTarget(socket => socket.end(bytes));
    const { failure } = await probe(httpMonitor(`http://127.0.0.1:${port}/`), {});
    expect(failure).toMatchObject({ reason: 'closed', code: 'ECONNRESET' });
  });

  it.each([
    ['another protocol', 'SSH-2.0-OpenSSH_9.6\r\n'],
    ['a broken chunk', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n'],
    ['two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab'],
  ])('knows %s from an answer', async (_, bytes) => {
    const { port } = await rawHttpTarget(socket => socket.write(bytes));
    const { failure } = await probe(httpMonitor(`http://127.0.0.1:${port}/`), {});
    expect(failure?.reason).toBe('protocol');
    expect(failure?.code).toMatch(/^HPE_/);
  });

  it('knows a server that resets the connection', async () => {
    const { port } = await tcpTarget(socket => socket.once('data', () => socket.resetAndDestroy()));
    const { failure } = await probe(httpMonitor(`http://127.0.0.1:${port}/`), {});
    expect(failure?.reason).toBe('closed');
  });

  it.each([
    ['an address that is none', 'http://'],
    ['a scheme that is not the web', 'ftp://127.0.0.1/'],
  ])('refuses %s in words', async (_, target) => {
    const { failure } = await probe(httpMonitor(target), {});
    expect(failure?.reason).toBe('protocol');
  });

  it('turns a header that cannot be sent into a failure that does not repeat it', async () => {
    const { port } = await httpTarget((_, response) => response.end());
    const monitor = httpMonitor(`http://127.0.0.1:${port}/`, { headers: { authorization: 'sec\r\nret' } });
    const { failure } = await probe(monitor, {});
    expect(failure).toMatchObject({ reason: 'protocol', code: 'ERR_INVALID_CHAR' });
    expect(failure?.detail).not.toContain('ret');
  });
});

describe('whatever a target says', () => {
  it('the outcome is a value, and it comes in time', async () => {
    const said = { bytes: Buffer.alloc(0) };
    const { port } = await rawHttpTarget(socket => socket.end(said.bytes));
    const piece = fc.oneof(
      fc.constantFrom(
        'HTTP/1.1 ',
        'HTTP/1.0 ',
        '200 OK\r\n',
        '101 x\r\n',
        '100 Continue\r\n\r\n',
        '999 \r\n',
        '302 \r\n',
      ),
      fc.constantFrom(
        '\r\n',
        '\r\n\r\n',
        'location: //\r\n',
        'location: http://[\r\n',
        'upgrade: x\r\n',
        'connection: upgrade\r\n',
      ),
      fc.constantFrom(
        'content-length: 5\r\n',
        'transfer-encoding: chunked\r\n',
        '0\r\n\r\n',
        'ffffffffffffffff\r\n',
        '5\r\nab',
      ),
      fc.string({ unit: 'binary', maxLength: 20 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 12 }), async pieces => {
        said.bytes = Buffer.from(`${pieces.length % 2 === 0 ? 'HTTP/1.1 200 OK\r\n' : ''}${pieces.join('')}`);
        const monitor = httpMonitor(`http://127.0.0.1:${port}/`, { redirects: 2, timeoutMs: 400 });
        const observation = await probe(monitor, {});
        expect(observation.failure?.detail ?? 'fine').not.toContain('could not ask');
        expect(observation.timings.totalMs).toBeLessThan(650);
      }),
      { numRuns: 200 },
    );
  });
});
