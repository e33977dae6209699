import type { Answer } from 'dns-packet';
import { describe, expect, it } from 'vitest';
import type { DnsRecordType } from '../../../core/config/model.ts';
import { createProbe } from '../../../functions/adapters/probe/index.ts';
import { addressBook, dnsServer, RCODE } from '../../support/dns-server.ts';
import { dnsMonitor } from '../../support/probe-monitors.ts';

const name = 'shop.test';
const ttl = 60;
const soa = { mname: 'ns1.test', rname: 'admin.test', serial: 7, refresh: 1, retry: 2, expire: 3, minimum: 4 };
const RECORDS: readonly (readonly [DnsRecordType, readonly Answer[], readonly string[]])[] = [
  ['A', ['192.0.2.2', '192.0.2.1'].map(data => ({ type: 'A', name, ttl, data })), ['192.0.2.1', '192.0.2.2']],
  ['AAAA', [{ type: 'AAAA', name, ttl, data: '2001:db8::1' }], ['2001:db8::1']],
  ['CNAME', [{ type: 'CNAME', name, ttl, data: 'www.test' }], ['www.test']],
  ['MX', [{ type: 'MX', name, ttl, data: { preference: 10, exchange: 'mail.test' } }], ['10 mail.test']],
  ['NS', ['ns2.test', 'ns1.test'].map(data => ({ type: 'NS', name, ttl, data })), ['ns1.test', 'ns2.test']],
  ['TXT', [{ type: 'TXT', name, ttl, data: ['v=spf1 ', '-all'] }], ['v=spf1 -all']],
  ['SOA', [{ type: 'SOA', name, ttl, data: soa }], ['ns1.test admin.test 7 1 2 3 4']],
  [
    'SRV',
    [{ type: 'SRV', name, ttl, data: { priority: 1, weight: 2, port: 443, target: 'a.test' } }],
    ['1 2 443 a.test'],
  ],
  ['PTR', [{ type: 'PTR', name, ttl, data: 'host.test' }], ['host.test']],
  ['CAA', [{ type: 'CAA', name, ttl, data: { flags: 0, tag: 'issue', value: 'ca.test' } }], ['0 issue "ca.test"']],
];

describe('a dns probe', () => {
  it.each(RECORDS)('shows %s records as lines of text, sorted', async (recordType, answers, lines) => {
    const { address, asked } = await dnsServer(() => ({ answers }));
    const observation = await createProbe()(dnsMonitor(name, { recordType, resolver: address }), {});
    expect(observation.failure).toBeUndefined();
    expect(observation).toMatchObject({ connected: true, ip: '127.0.0.1', dns: { rcode: 'NOERROR', answers: lines } });
    expect(observation.body).toBe(lines.join('\n'));
    expect(observation.timings.dnsMs).toBeGreaterThan(0);
    expect(asked).toEqual([`${recordType} ${name}`]);
  });

  it.each([
    ['NXDOMAIN', RCODE.NXDOMAIN],
    ['SERVFAIL', RCODE.SERVFAIL],
    ['REFUSED', RCODE.REFUSED],
    ['NOTIMP', RCODE.NOTIMP],
    ['FORMERR', RCODE.FORMERR],
  ])('takes %s for an answer, not for a failure', async (rcode, code) => {
    const { address } = await dnsServer(() => ({ rcode: code }));
    const observation = await createProbe()(dnsMonitor(name, { resolver: address }), {});
    expect(observation.failure).toBeUndefined();
    expect(observation).toMatchObject({ connected: true, dns: { rcode, answers: [] }, body: '' });
  });

  it('takes a name without such a record for an empty answer', async () => {
    const { address } = await dnsServer(() => ({ answers: [] }));
    const { dns } = await createProbe()(dnsMonitor(name, { recordType: 'MX', resolver: address }), {});
    expect(dns).toEqual({ rcode: 'NOERROR', answers: [] });
  });

  it('asks anew every time', async () => {
    const { address, asked } = await dnsServer(addressBook({ [name]: ['192.0.2.1'] }));
    const probe = createProbe();
    for (let time = 0; time < 3; time++) await probe(dnsMonitor(name, { resolver: address }), {});
    expect(asked).toHaveLength(3);
  });

  it('turns an address around to ask for its name', async () => {
    const { address, asked } = await dnsServer((_, question) => ({
      answers: [{ type: 'PTR', name: question, ttl, data: 'host.test' }],
    }));
    const { dns } = await createProbe()(dnsMonitor('192.0.2.7', { recordType: 'PTR', resolver: address }), {});
    expect(dns?.answers).toEqual(['host.test']);
    expect(asked).toEqual(['PTR 7.2.0.192.in-addr.arpa']);
  });

  it('finds a DNS server by its name', async () => {
    const { address } = await dnsServer(addressBook({ [name]: ['192.0.2.1'] }));
    const resolver = address.replace('127.0.0.1', 'localhost');
    expect((await createProbe()(dnsMonitor(name, { resolver }), {})).dns?.answers).toEqual(['192.0.2.1']);
  });

  it('tells a server that nobody runs', async () => {
    const { failure, connected } = await createProbe()(dnsMonitor(name, { resolver: '127.0.0.1:1' }), {});
    expect(failure).toEqual({ reason: 'dns', detail: 'the DNS server refused the connection', code: 'ECONNREFUSED' });
    expect(connected).toBe(false);
  });

  it('tells a name that cannot be asked for', async () => {
    const { address } = await dnsServer(() => ({ answers: [] }));
    const { failure } = await createProbe()(dnsMonitor(`${'a'.repeat(70)}.test`, { resolver: address }), {});
    expect(failure).toMatchObject({ reason: 'dns', code: 'EBADNAME' });
  });
});
