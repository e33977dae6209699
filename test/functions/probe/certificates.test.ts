import { describe, expect, it } from 'vitest';
import { createProbe } from '../../../functions/adapters/probe/index.ts';
import { type Identity, makeAuthority, makeLeaf } from '../../support/certificates.ts';
import { httpMonitor, tlsMonitor } from '../../support/probe-monitors.ts';
import { httpsTarget, httpTarget, tcpTarget, tlsTarget } from '../../support/targets.ts';

const DAY_MS = 86_400_000;
const authority = makeAuthority('Test CA');
const intermediate = makeAuthority('Test Intermediate', authority);
const stranger = makeAuthority('Stranger CA');
const names = ['localhost', '127.0.0.1'];
const probe = createProbe({ ca: [authority.pem] });

const GOOD = makeLeaf({ names }, authority);
const BAD: readonly (readonly [string, Identity, string, string])[] = [
  [
    'that has expired',
    makeLeaf({ names, validForDays: -3 }, authority),
    'CERT_HAS_EXPIRED',
    'certificate expired 3 days ago',
  ],
  [
    'that expired within a day',
    makeLeaf({ names, validForDays: -0.5 }, authority),
    'CERT_HAS_EXPIRED',
    'certificate expired today',
  ],
  [
    'for another host',
    makeLeaf({ names: ['a.example', '192.0.2.1'] }, authority),
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'certificate is for a.example, 192.0.2.1, not localhost',
  ],
  [
    'for many other hosts',
    makeLeaf({ names: ['a.example', 'b.example', 'c.example', 'd.example', 'e.example'] }, authority),
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'certificate is for a.example, b.example, c.example and 2 more, not localhost',
  ],
  ['that signed itself', makeLeaf({ names }), 'DEPTH_ZERO_SELF_SIGNED_CERT', 'certificate is self-signed'],
  [
    'without its intermediate',
    makeLeaf({ names }, intermediate),
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'certificate has no chain to a trusted authority: an intermediate is missing, or its authority is unknown',
  ],
  [
    'of an authority that nobody trusts',
    makeLeaf({ names, chain: [stranger] }, stranger),
    'SELF_SIGNED_CERT_IN_CHAIN',
    'certificate is signed by an authority that is not trusted',
  ],
];

describe('a certificate that holds', () => {
  it('is told by an https probe, with the phase it took', async () => {
    const { port } = await httpsTarget(GOOD, (_, response) => response.end('safe'));
    const observation = await probe(httpMonitor(`https://localhost:${port}/`), {});
    expect(observation).toMatchObject({ status: 200, body: 'safe', connected: true });
    expect(observation.certificate).toMatchObject({ subject: 'CN=localhost', issuer: 'CN=Test CA', trusted: true });
    expect((observation.certificate?.validToAt ?? 0) - Date.now()).toBeGreaterThan(29.9 * DAY_MS);
    expect((observation.certificate?.validToAt ?? 0) - Date.now()).toBeLessThan(30 * DAY_MS);
    expect(observation.timings.tlsMs).toBeGreaterThan(0);
  });

  it('is told by a tls probe, which sends nothing', async () => {
    let received = 0;
    const { port } = await tlsTarget(GOOD, socket => socket.on('data', chunk => (received += chunk.length)));
    const observation = await probe(tlsMonitor('localhost', port), {});
    expect(observation.failure).toBeUndefined();
    expect(observation.certificate).toMatchObject({ trusted: true });
    expect(received).toBe(0);
  });

  it('may be for an address, and may come with its intermediate', async () => {
    const identity = makeLeaf({ names, chain: [intermediate] }, intermediate);
    const { port } = await httpsTarget(identity, (_, response) => response.end());
    expect(await probe(httpMonitor(`https://127.0.0.1:${port}/`), {})).toMatchObject({ status: 200 });
  });

  it('is asked for by name, and not by name for an address', async () => {
    const asked: (string | false | null)[] = [];
    const { port } = await tlsTarget(GOOD, socket => asked.push(socket.servername ?? false));
    await probe(tlsMonitor('localhost', port), {});
    await probe(tlsMonitor('127.0.0.1', port), {});
    await expect.poll(() => asked).toEqual(['localhost', false]);
  });
});

describe('failure 22: a certificate that does not hold is refused, and its expiry told all the same', () => {
  it.each(BAD)('one %s, by https', async (_, identity, code, detail) => {
    let requests = 0;
    const { port } = await httpsTarget(identity, (_, response) => {
      requests++;
      response.end();
    });
    const headers = { authorization: 'Bearer s3cret' };
    const observation = await probe(httpMonitor(`https://localhost:${port}/`, { headers }), {});
    expect(observation.failure).toEqual({ reason: 'tls', detail, code });
    expect(observation.certificate).toMatchObject({ trusted: false, problem: code });
    expect(observation.certificate?.validToAt).toBeTypeOf('number');
    expect(observation.status).toBeUndefined();
    expect(requests).toBe(0);
  });

  it.each(BAD)('one %s, by tls', async (_, identity, code, detail) => {
    const { port } = await tlsTarget(identity, () => {});
    const { failure, certificate } = await probe(tlsMonitor('localhost', port), {});
    expect(failure).toEqual({ reason: 'tls', detail, code });
    expect(certificate).toMatchObject({ trusted: false, problem: code });
  });

  it.each(BAD)('one %s is accepted with insecureTls, and still not called trusted', async (_, identity, code) => {
    const { port } = await httpsTarget(identity, (_, response) => response.end('anyway'));
    const observation = await probe(httpMonitor(`https://localhost:${port}/`, { insecureTls: true }), {});
    expect(observation.failure).toBeUndefined();
    expect(observation).toMatchObject({ status: 200, body: 'anyway', certificate: { trusted: false, problem: code } });
  });

  it('not one byte of the request leaves before the certificate was accepted', async () => {
    let received = 0;
    const { port } = await tlsTarget(makeLeaf({ names }), socket =>
      socket.on('data', chunk => (received += chunk.length)),
    );
    await probe(httpMonitor(`https://localhost:${port}/`, { headers: { authorization: 's3cret' } }), {});
    await new Promise(resolve => setTimeout(resolve, 50));
    expect(received).toBe(0);
  });

  it('one for an address is not good for another', async () => {
    const { port } = await tlsTarget(makeLeaf({ names: ['192.0.2.1', '127.0.0.1.example'] }, authority), () => {});
    const { failure } = await probe(tlsMonitor('127.0.0.1', port), {});
    expect(failure?.detail).toBe('certificate is for 192.0.2.1, 127.0.0.1.example, not 127.0.0.1');
  });
});

describe('an address with a zone', () => {
  it('is judged without the zone', async () => {
    const identity = makeLeaf({ names: ['127.0.0.1'] }, authority);
    const { port } = await httpsTarget(identity, (_, response) => response.end(), { host: '::1' });
    const { failure } = await probe(tlsMonitor('::1%lo', port), {});
    expect(failure?.detail).toBe('certificate is for 127.0.0.1, not ::1%lo');
  });
});

describe('a server that cannot shake hands', () => {
  it('is told from one that speaks plain text', async () => {
    const { port } = await httpTarget((_, response) => response.end());
    const { failure, connected } = await probe(tlsMonitor('127.0.0.1', port), {});
    expect(failure).toMatchObject({ reason: 'tls', detail: 'the server does not speak TLS on this port' });
    expect(connected).toBe(true);
  });

  it('is told from one that hangs up', async () => {
    const { port } = await tcpTarget(socket => socket.once('data', () => socket.end()));
    const { failure } = await probe(tlsMonitor('127.0.0.1', port), {});
    expect(failure).toMatchObject({
      reason: 'tls',
      detail: 'the server closed the connection during the TLS handshake',
      code: 'ECONNRESET',
    });
  });
});

describe('connections that end in the middle of a handshake', () => {
  it('crash nothing, whenever the deadline falls', async () => {
    const good = await httpsTarget(GOOD, (_, response) => response.end());
    const bad = await httpsTarget(makeLeaf({ names }), (_, response) => response.end());
    const monitors = Array.from({ length: 300 }, (_, index) => {
      const { port } = index % 3 === 0 ? bad : good;
      const timeoutMs = 1 + (index % 100) * 3;
      return index % 2 === 0
        ? tlsMonitor('localhost', port, { timeoutMs })
        : httpMonitor(`https://localhost:${port}/`, { timeoutMs });
    });
    const observations = await Promise.all(monitors.map(monitor => probe(monitor, {})));
    const reasons = new Set(observations.map(({ failure }) => failure?.reason ?? 'none'));
    expect([...reasons].every(reason => ['none', 'timeout', 'tls'].includes(reason))).toBe(true);
  });
});
