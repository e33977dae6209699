import { describe, expect, it } from 'vitest';
import type { Condition } from '../../../core/condition/model.ts';
import { createProbe } from '../../../functions/adapters/probe/index.ts';
import { tcpMonitor } from '../../support/probe-monitors.ts';
import { tcpTarget } from '../../support/targets.ts';

const probe = createProbe();

describe('a tcp probe', () => {
  it('connects, and does not wait for a server that stays silent', async () => {
    const { port } = await tcpTarget(() => {});
    const observation = await probe(tcpMonitor(port), {});
    expect(observation).toMatchObject({ connected: true, ip: '127.0.0.1' });
    expect(observation.failure).toBeUndefined();
    expect(observation.timings.connectMs).toBeGreaterThan(0);
    expect(observation.timings.totalMs).toBeLessThan(500);
  });

  it('sends what there is to send, expecting nothing', async () => {
    let received = '';
    const { port } = await tcpTarget(socket => socket.on('data', chunk => (received += chunk)));
    expect((await probe(tcpMonitor(port, { send: 'PING\r\n' }), {})).failure).toBeUndefined();
    await expect.poll(() => received).toBe('PING\r\n');
  });

  it('finds the expected text, also when it comes in pieces', async () => {
    const { port } = await tcpTarget(socket => {
      socket.once('data', () => {
        socket.write('+PO');
        setTimeout(() => socket.write('NG\r\n'), 30);
      });
    });
    const observation = await probe(tcpMonitor(port, { send: 'PING\r\n', expect: '+PONG' }), {});
    expect(observation.failure).toBeUndefined();
    expect(observation.body).toBe('+PONG\r\n');
    expect(observation.timings.firstByteMs).toBeGreaterThan(0);
  });

  it('reads what a condition looks at', async () => {
    const { port } = await tcpTarget(socket => socket.write('220 mail.example ESMTP\r\n'));
    const looksAtBody: Condition = {
      text: '[BODY] == pat(220*)',
      left: { type: 'placeholder', name: 'BODY', path: [] },
      operator: '==',
      right: { type: 'pattern', glob: '220*' },
    };
    expect((await probe(tcpMonitor(port, { conditions: [looksAtBody] }), {})).body).toBe('220 mail.example ESMTP\r\n');
  });

  it('says that another answer came, and does not repeat it', async () => {
    const { port } = await tcpTarget(socket => socket.end('-ERR go away'));
    const observation = await probe(tcpMonitor(port, { expect: '+PONG' }), {});
    expect(observation.failure).toEqual({
      reason: 'expect',
      detail: 'the expected text did not come in the 12 bytes that came',
    });
    expect(observation.body).toBe('-ERR go away');
  });

  it('says that the server left without a word', async () => {
    const { port } = await tcpTarget(socket => socket.end());
    const { failure, body } = await probe(tcpMonitor(port, { expect: 'x' }), {});
    expect(failure).toEqual({ reason: 'closed', detail: 'the server closed the connection without a word' });
    expect(body).toBe('');
  });

  it('reads no further than 64 KiB', async () => {
    const { port } = await tcpTarget(socket => socket.write(`${'x'.repeat(70_000)}needle`));
    const { failure, body, bodyTruncated } = await probe(tcpMonitor(port, { expect: 'needle' }), {});
    expect(failure).toEqual({ reason: 'expect', detail: 'the expected text did not come in the first 65536 bytes' });
    expect(body).toHaveLength(65_536);
    expect(bodyTruncated).toBe(true);
  });

  it('tells a refused connection from a reset one', async () => {
    const { port } = await tcpTarget(socket => socket.once('data', () => socket.resetAndDestroy()));
    expect((await probe(tcpMonitor(port, { send: 'x', expect: 'y' }), {})).failure?.reason).toBe('closed');
    expect((await probe(tcpMonitor(1, { expect: 'x' }), {})).failure?.code).toBe('ECONNREFUSED');
  });
});
