import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createProbe } from '../../../functions/adapters/probe/index.ts';
import type { MemoryReport } from '../../support/probe-memory.ts';
import { httpMonitor } from '../../support/probe-monitors.ts';
import { drip, httpTarget, rawHttpTarget } from '../../support/targets.ts';

const MIB = 1_048_576;
const probe = createProbe();
const zeros = Buffer.alloc(64 * MIB);
const BOMBS: Readonly<Record<string, { readonly encoding: string; readonly bytes: Buffer }>> = {
  brotli: { encoding: 'br', bytes: brotliCompressSync(zeros) },
  gzip: { encoding: 'gzip', bytes: gzipSync(zeros, { level: 9 }) },
  twice: { encoding: 'gzip, gzip', bytes: gzipSync(gzipSync(zeros, { level: 9 })) },
};

/** Two gigabytes, as fast as they are taken. */
function flood(response: ServerResponse): void {
  const chunk = Buffer.alloc(MIB, 'x');
  let left = 2_048;
  const pour = () => {
    while (left-- > 0 && response.write(chunk));
  };
  response.on('drain', pour);
  pour();
}

/** One server with all that is bad, and one good page. */
function bombsite() {
  return httpTarget((request, response) => {
    const name = (request.url ?? '/').slice(1);
    const bomb = BOMBS[name];
    if (bomb !== undefined) response.writeHead(200, { 'content-encoding': bomb.encoding }).end(bomb.bytes);
    else if (name === 'flood') flood(response);
    else response.end('fine');
  });
}

describe('failure 24: what a target sends cannot take our memory', () => {
  it('compression is declined, and a compressed answer is not unpacked', async () => {
    const { port } = await bombsite();
    for (const [name, { encoding }] of Object.entries(BOMBS)) {
      const observation = await probe(httpMonitor(`http://127.0.0.1:${port}/${name}`), {});
      expect(observation).toMatchObject({ status: 200, headers: { 'content-encoding': encoding } });
      expect(observation.failure).toBeUndefined();
      expect(observation.body).toBeUndefined();
    }
  });

  it('a body of 2 GB is left at 64 KiB', async () => {
    const { port } = await bombsite();
    const beganMs = performance.now();
    const observation = await probe(httpMonitor(`http://127.0.0.1:${port}/flood`), {});
    expect(observation).toMatchObject({ status: 200, bodyTruncated: true });
    expect(observation.body).toHaveLength(65_536);
    expect(performance.now() - beganMs).toBeLessThan(1_000);
  });

  it.each([
    ['one huge header', `x-a: ${'a'.repeat(40_000)}\r\n`],
    ['very many headers', 'x-a: b\r\n'.repeat(20_000)],
  ])('%s are refused', async (_, headers) => {
    const { port } = await rawHttpTarget(socket => socket.write(`HTTP/1.1 200 OK\r\n${headers}\r\n`));
    const { failure } = await probe(httpMonitor(`http://127.0.0.1:${port}/`), {});
    expect(failure).toEqual({
      reason: 'protocol',
      detail: 'the headers of the answer are too large',
      code: 'HPE_HEADER_OVERFLOW',
    });
  });

  it('endless trailers are refused', async () => {
    const { port } = await rawHttpTarget(socket => {
      socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\n');
      drip(socket, 1, () => socket.write('x-a: b\r\n'.repeat(200)));
    });
    const { failure } = await probe(httpMonitor(`http://127.0.0.1:${port}/`, { timeoutMs: 2_000 }), {});
    expect(failure).toMatchObject({ reason: 'protocol', code: 'HPE_HEADER_OVERFLOW' });
  });

  it('forty of them at once grow the memory by less than 32 MiB, and their neighbours are fine', async () => {
    const { port } = await bombsite();
    const names = ['fine', 'flood', 'brotli', 'gzip', 'twice'];
    const targets = Array.from({ length: 40 }, (_, index) => `http://127.0.0.1:${port}/${names[index % names.length]}`);
    const child = fork(new URL('../../support/probe-memory.ts', import.meta.url), targets);
    const report: MemoryReport = (await once(child, 'message'))[0];
    expect(report.grownBytes).toBeLessThan(32 * MIB);
    const neighbours = report.observations.filter((_, index) => index % names.length === 0);
    expect(neighbours).toEqual(Array.from({ length: 8 }, () => ({ status: 200, bodyLength: 4 })));
  });
});
