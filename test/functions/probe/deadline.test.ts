import { describe, expect, it } from 'vitest';
import type { Monitor } from '../../../core/config/model.ts';
import { createProbe } from '../../../functions/adapters/probe/index.ts';
import { dnsServer } from '../../support/dns-server.ts';
import { dnsMonitor, httpMonitor, tcpMonitor, tlsMonitor } from '../../support/probe-monitors.ts';
import { blackHole, drip, httpTarget, rawHttpTarget, tcpTarget } from '../../support/targets.ts';

const TIMEOUT_MS = 300;
const GRACE_MS = 250;
const probe = createProbe();

async function timed(monitor: Monitor) {
  const beganMs = performance.now();
  const observation = await probe({ ...monitor, timeoutMs: TIMEOUT_MS }, {});
  return { ...observation, tookMs: performance.now() - beganMs };
}

describe('failure 23: a probe is done at its timeout plus 250 ms, whatever the target does', () => {
  const OK = 'HTTP/1.1 200 OK\r\n';
  it.each([
    ['says nothing', 'firstByte', '', ''],
    ['drips its headers', 'firstByte', OK, 'x-a: b\r\n'],
    ['drips one header', 'firstByte', `${OK}x-a: `, 'b'],
    ['drips its body', 'body', `${OK}content-length: 9999\r\n\r\n`, 'b'],
    ['sends chunks for ever', 'body', `${OK}transfer-encoding: chunked\r\n\r\n`, '1\r\nb\r\n'],
    ['never ends a chunk extension', 'body', `${OK}transfer-encoding: chunked\r\n\r\n1;`, 'b'],
    ['sends slow interim answers for ever', 'firstByte', '', 'HTTP/1.1 102 Processing\r\n\r\n'],
  ])('a target that %s', async (_, phase, start, piece) => {
    const { port } = await rawHttpTarget(socket => {
      socket.write(start);
      drip(socket, 40, () => socket.write(piece));
    });
    const { failure, tookMs, connected } = await timed(httpMonitor(`http://127.0.0.1:${port}/`));
    expect(failure).toEqual({ reason: 'timeout', detail: 'no complete answer within 300 ms', phase });
    expect(connected).toBe(true);
    expect(tookMs).toBeGreaterThan(TIMEOUT_MS - 5);
    expect(tookMs).toBeLessThan(TIMEOUT_MS + GRACE_MS);
  });

  it('a target that floods interim answers is left before the timeout', async () => {
    const flood = 'HTTP/1.1 103 Early Hints\r\nlink: </a.css>\r\n\r\n'.repeat(500);
    const { port } = await rawHttpTarget(socket => drip(socket, 1, () => socket.write(flood)));
    const { failure, tookMs } = await timed(httpMonitor(`http://127.0.0.1:${port}/`));
    expect(failure).toMatchObject({ reason: 'protocol', detail: 'more than 16 interim answers, and no final one' });
    expect(tookMs).toBeLessThan(TIMEOUT_MS);
  });

  it('a few early hints before the answer are fine', async () => {
    const { port } = await rawHttpTarget(socket => {
      socket.end(`${'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(3)}${OK}content-length: 2\r\n\r\nok`);
    });
    expect(await timed(httpMonitor(`http://127.0.0.1:${port}/`))).toMatchObject({ status: 200, body: 'ok' });
  });

  it('a target that redirects slowly spends one timeout on all hops', async () => {
    let hop = 0;
    const { port } = await httpTarget((_, response) => {
      setTimeout(() => response.writeHead(302, { location: `/${hop++}` }).end(), 120);
    });
    const { failure, tookMs } = await timed(httpMonitor(`http://127.0.0.1:${port}/`, { redirects: 5 }));
    expect(failure).toMatchObject({ reason: 'timeout', phase: 'firstByte' });
    expect(tookMs).toBeLessThan(TIMEOUT_MS + GRACE_MS);
  });

  it('a TLS server that never shakes hands', async () => {
    const { port } = await tcpTarget(() => {});
    for (const monitor of [httpMonitor(`https://127.0.0.1:${port}/`), tlsMonitor('127.0.0.1', port)]) {
      const { failure, tookMs } = await timed(monitor);
      expect(failure).toMatchObject({ reason: 'timeout', phase: 'tls' });
      expect(tookMs).toBeLessThan(TIMEOUT_MS + GRACE_MS);
    }
  });

  it('a port that swallows connection attempts', async () => {
    const port = await blackHole();
    const { failure, tookMs, connected } = await timed(tcpMonitor(port, { host: '::1' }));
    expect(failure).toMatchObject({ reason: 'timeout', phase: 'connect' });
    expect(connected).toBe(false);
    expect(tookMs).toBeLessThan(TIMEOUT_MS + GRACE_MS);
  });

  it('a tcp server that drips something else than what is expected', async () => {
    const { port } = await tcpTarget(socket => drip(socket, 20, () => socket.write('no ')));
    const { failure, tookMs, body } = await timed(tcpMonitor(port, { expect: 'yes' }));
    expect(failure).toMatchObject({ reason: 'timeout', phase: 'body' });
    expect(body).toContain('no no no');
    expect(tookMs).toBeLessThan(TIMEOUT_MS + GRACE_MS);
  });

  it('DNS servers that say nothing', async () => {
    const { address } = await dnsServer(() => 'silence');
    const blind = createProbe({ resolverServers: [address] });
    for (const monitor of [httpMonitor('http://shop.test/'), dnsMonitor('shop.test')]) {
      const beganMs = performance.now();
      const { failure } = await blind({ ...monitor, timeoutMs: TIMEOUT_MS }, {});
      expect(failure).toMatchObject({ reason: 'timeout', phase: 'dns' });
      expect(performance.now() - beganMs).toBeLessThan(TIMEOUT_MS + GRACE_MS);
    }
  });
});

describe('failure 34: the end of the run is not the fault of the target', () => {
  it('a probe that the end of the run cuts short was not measured', async () => {
    const { port } = await rawHttpTarget(() => {});
    const { failure } = await probe(httpMonitor(`http://127.0.0.1:${port}/`), { deadlineAt: Date.now() + 100 });
    expect(failure).toEqual({ reason: 'not-measured', detail: 'the run had no time left for it' });
  });

  it('a probe that would start after the end of the run asks nothing', async () => {
    const target = await httpTarget((_, response) => response.end());
    const { failure } = await probe(httpMonitor(`http://127.0.0.1:${target.port}/`), { deadlineAt: Date.now() - 1 });
    expect(failure?.reason).toBe('not-measured');
    expect(target.connections()).toBe(0);
  });

  it('a timeout that comes before the end of the run is a timeout', async () => {
    const { port } = await rawHttpTarget(() => {});
    const monitor = httpMonitor(`http://127.0.0.1:${port}/`, { timeoutMs: 100 });
    expect((await probe(monitor, { deadlineAt: Date.now() + 5_000 })).failure?.reason).toBe('timeout');
  });
});

describe('nothing is left behind', () => {
  it('the connection is closed when the deadline passed', async () => {
    let closed = 0;
    const { port } = await tcpTarget(socket => socket.resume().on('close', () => closed++));
    await timed(httpMonitor(`http://127.0.0.1:${port}/`));
    await timed(tcpMonitor(port, { expect: 'x' }));
    await timed(tlsMonitor('127.0.0.1', port));
    await expect.poll(() => closed).toBe(3);
  });

  it('the connection is closed when the answer came', async () => {
    let closed = 0;
    const { port } = await rawHttpTarget(socket => {
      socket.on('close', () => closed++);
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: keep-alive\r\n\r\nok');
    });
    await timed(httpMonitor(`http://127.0.0.1:${port}/`));
    await timed(tcpMonitor(port, { send: 'x', expect: 'ok' }));
    await expect.poll(() => closed).toBe(2);
  });
});
