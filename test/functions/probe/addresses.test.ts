import { describe, expect, it } from 'vitest';
import { createProbe } from '../../../functions/adapters/probe/index.ts';
import { addressBook, dnsServer } from '../../support/dns-server.ts';
import { dnsMonitor, httpMonitor, tcpMonitor, tlsMonitor } from '../../support/probe-monitors.ts';
import { blackHole, httpTarget } from '../../support/targets.ts';

async function probeWith(book: Readonly<Record<string, readonly string[]>>) {
  const server = await dnsServer(addressBook(book));
  return { server, probe: createProbe({ resolverServers: [server.address] }) };
}

describe('a name is looked up at the DNS server', () => {
  it('both families are asked, once each, and the time is told', async () => {
    const { probe, server } = await probeWith({ 'shop.test': ['127.0.0.1'] });
    const { port } = await httpTarget((_, response) => response.end('found'));
    const observation = await probe(httpMonitor(`http://shop.test:${port}/`), {});
    expect(observation).toMatchObject({ status: 200, body: 'found', ip: '127.0.0.1' });
    expect(observation.timings.dnsMs).toBeGreaterThan(0);
    expect([...server.asked].sort()).toEqual(['A shop.test', 'AAAA shop.test']);
  });

  it('a name that does not exist', async () => {
    const { probe } = await probeWith({});
    const { failure } = await probe(httpMonitor('http://nowhere.test/'), {});
    expect(failure).toEqual({ reason: 'dns', detail: 'the name nowhere.test does not exist', code: 'ENOTFOUND' });
  });

  it('a name without an address', async () => {
    const { probe } = await probeWith({ 'empty.test': [] });
    const { failure } = await probe(httpMonitor('http://empty.test/'), {});
    expect(failure).toEqual({ reason: 'dns', detail: 'the name empty.test has no address', code: 'ENODATA' });
  });

  it('a DNS server that nobody runs', async () => {
    const probe = createProbe({ resolverServers: ['127.0.0.1:1'] });
    const { failure } = await probe(httpMonitor('http://shop.test/'), {});
    expect(failure).toMatchObject({ reason: 'dns', code: 'ECONNREFUSED' });
  });

  it('an answer of one family is not held up by a server that is silent about the other', async () => {
    const book = addressBook({ 'shop.test': ['127.0.0.1'] });
    const server = await dnsServer((type, name) => (type === 'AAAA' ? 'silence' : book(type, name)));
    const probe = createProbe({ resolverServers: [server.address] });
    const { port } = await httpTarget((_, response) => response.end());
    const { status, timings } = await probe(httpMonitor(`http://shop.test:${port}/`), {});
    expect(status).toBe(200);
    expect(timings.dnsMs).toBeLessThan(500);
  });

  it('localhost is never asked of a server', async () => {
    const { probe, server } = await probeWith({});
    const { port } = await httpTarget((_, response) => response.end());
    expect(await probe(httpMonitor(`http://localhost:${port}/`), {})).toMatchObject({ status: 200 });
    expect(await probe(httpMonitor(`http://shop.localhost:${port}/`), {})).toMatchObject({ status: 200 });
    expect(server.asked).toEqual([]);
  });

  it('text that is no host is refused in words', async () => {
    const { probe } = await probeWith({});
    const { failure } = await probe(tcpMonitor(80, { host: 'a b/c' }), {});
    expect(failure).toEqual({ reason: 'dns', detail: 'a b/c is not a host name', code: 'EBADNAME' });
  });
});

describe('failure 20: whatever family a name has, the target is found within the same deadline', () => {
  it('an IPv6 address that swallows everything costs a quarter of a second', async () => {
    const port = await blackHole();
    await httpTarget((_, response) => response.end('four'), { port });
    const { probe } = await probeWith({ 'shop.test': ['::1', '127.0.0.1'] });
    const monitor = httpMonitor(`http://shop.test:${port}/`, { timeoutMs: 1_500 });
    const { body, ip, timings, failure } = await probe(monitor, {});
    expect({ body, ip, failure }).toEqual({ body: 'four', ip: '127.0.0.1', failure: undefined });
    expect(timings.totalMs).toBeGreaterThan(240);
    expect(timings.totalMs).toBeLessThan(700);
    expect(timings.connectMs).toBeLessThan(200);
  });

  it('an IPv6 address that refuses costs nothing', async () => {
    const { port } = await httpTarget((_, response) => response.end('four'));
    const { probe } = await probeWith({ 'shop.test': ['::1', '127.0.0.1'] });
    const { body, timings } = await probe(httpMonitor(`http://shop.test:${port}/`), {});
    expect(body).toBe('four');
    expect(timings.totalMs).toBeLessThan(240);
  });

  it('a name with an IPv6 address only', async () => {
    const { port } = await httpTarget((_, response) => response.end('six'), { host: '::1' });
    const { probe } = await probeWith({ 'six.test': ['::1'] });
    expect(await probe(httpMonitor(`http://six.test:${port}/`), {})).toMatchObject({ body: 'six', ip: '::1' });
  });

  it('a v4-mapped address', async () => {
    const { port } = await httpTarget((_, response) => response.end('mapped'));
    const { probe } = await probeWith({ 'mapped.test': ['::ffff:127.0.0.1'] });
    expect(await probe(httpMonitor(`http://mapped.test:${port}/`), {})).toMatchObject({ body: 'mapped' });
    expect(await probe(httpMonitor(`http://[::ffff:127.0.0.1]:${port}/`), {})).toMatchObject({ body: 'mapped' });
  });

  it('when every address refuses, the last refusal is told', async () => {
    const { probe } = await probeWith({ 'dead.test': ['::1', '127.0.0.1'] });
    const { failure } = await probe(tcpMonitor(1, { host: 'dead.test' }), {});
    expect(failure).toMatchObject({ reason: 'connect', detail: 'connection refused by 127.0.0.1:1' });
  });
});

describe('failure 32: nothing connects to a private address unless the monitor says so', () => {
  const FORMS = [
    '127.0.0.1',
    '127.1',
    '2130706433',
    '0x7f.1',
    '0x7f000001',
    '0177.0.0.1',
    '017700000001',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[::127.0.0.1]',
    '[64:ff9b::127.0.0.1]',
    '[2002:7f00:1::]',
    '0.0.0.0',
    '[::]',
    'localhost',
    'LOCALHOST',
    'localhost.',
    'shop.localhost',
    '①②⑦.0.0.1',
  ];

  it.each(FORMS)('by http, written as %s', async host => {
    const target = await httpTarget((_, response) => response.end('inside'));
    const { probe } = await probeWith({});
    const { failure } = await probe(httpMonitor(`http://${host}:${target.port}/`, { allowPrivate: false }), {});
    expect(failure?.reason).toBe('denied');
    expect(target.connections()).toBe(0);
  });

  it.each(FORMS)('by tcp and tls, written as %s', async host => {
    const target = await httpTarget((_, response) => response.end('inside'));
    const { probe } = await probeWith({});
    for (const monitor of [
      tcpMonitor(target.port, { host, allowPrivate: false }),
      tlsMonitor(host, target.port, { allowPrivate: false }),
    ]) {
      expect((await probe(monitor, {})).failure?.reason).toBe('denied');
    }
    expect(target.connections()).toBe(0);
  });

  it.each([
    ['is private', ['10.0.0.1'], 'inside.test is 10.0.0.1, which is a private address: refused without allowPrivate'],
    [
      'is the metadata service',
      ['169.254.169.254'],
      'inside.test is 169.254.169.254, which is a link-local address: refused without allowPrivate',
    ],
    [
      'is public and private at once',
      ['192.88.98.1', '127.0.0.1'],
      'inside.test is 127.0.0.1, which is a loopback address: refused without allowPrivate',
    ],
    [
      'is public by IPv4 and private by IPv6',
      ['192.88.98.1', 'fd00::1'],
      'inside.test is fd00::1, which is a private address: refused without allowPrivate',
    ],
  ])('a name that %s', async (_, addresses, detail) => {
    const { probe } = await probeWith({ 'inside.test': addresses });
    const observation = await probe(httpMonitor('http://inside.test/', { allowPrivate: false }), {});
    expect(observation.failure).toEqual({ reason: 'denied', detail });
    expect(observation.ip).toBeUndefined();
  });

  it('a DNS server that a monitor names', async () => {
    const { server, probe } = await probeWith({});
    const other = await dnsServer(addressBook({ 'shop.test': ['192.0.2.1'] }));
    const { failure } = await probe(dnsMonitor('shop.test', { resolver: other.address, allowPrivate: false }), {});
    expect(failure?.reason).toBe('denied');
    expect([...other.asked, ...server.asked]).toEqual([]);
  });

  it('the resolver of the system may be private: it is ours', async () => {
    const { probe } = await probeWith({ 'shop.test': ['192.0.2.1'] });
    const { failure, dns } = await probe(dnsMonitor('shop.test', { allowPrivate: false }), {});
    expect(failure).toBeUndefined();
    expect(dns?.answers).toEqual(['192.0.2.1']);
  });

  it('with allowPrivate each of them is reached', async () => {
    const { port } = await httpTarget((_, response) => response.end('inside'));
    const { probe } = await probeWith({ 'inside.test': ['127.0.0.1'] });
    for (const host of ['127.0.0.1', '0x7f.1', 'localhost', 'localhost.', 'inside.test', 'INSIDE.test.']) {
      expect(await probe(httpMonitor(`http://${host}:${port}/`), {})).toMatchObject({ body: 'inside' });
    }
  });
});
