import { BlockList, isIPv4, isIPv6 } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classifyAddress, parseIpv4, parseIpv6 } from '../../core/address.ts';

describe('an address is classified by its bytes', () => {
  it.each([
    ['8.8.8.8', 'public'],
    ['1.1.1.1', 'public'],
    ['172.15.255.255', 'public'],
    ['172.32.0.0', 'public'],
    ['100.63.255.255', 'public'],
    ['100.128.0.0', 'public'],
    ['223.255.255.255', 'public'],
    ['10.0.0.1', 'private'],
    ['172.16.0.1', 'private'],
    ['172.31.255.255', 'private'],
    ['192.168.1.1', 'private'],
    ['100.64.0.1', 'private'],
    ['100.127.255.255', 'private'],
    ['127.0.0.1', 'loopback'],
    ['127.255.255.254', 'loopback'],
    ['169.254.169.254', 'link-local'],
    ['169.254.170.2', 'link-local'],
    ['224.0.0.1', 'multicast'],
    ['239.255.255.255', 'multicast'],
    ['0.0.0.0', 'reserved'],
    ['0.1.2.3', 'reserved'],
    ['192.0.0.8', 'reserved'],
    ['192.0.2.1', 'reserved'],
    ['192.88.99.1', 'reserved'],
    ['198.18.0.1', 'reserved'],
    ['198.19.255.255', 'reserved'],
    ['198.51.100.7', 'reserved'],
    ['203.0.113.7', 'reserved'],
    ['240.0.0.1', 'reserved'],
    ['255.255.255.255', 'reserved'],
    ['2606:4700:4700::1111', 'public'],
    ['2a00:1450:4001:81b::200e', 'public'],
    ['::1', 'loopback'],
    ['0:0:0:0:0:0:0:1', 'loopback'],
    ['::', 'reserved'],
    ['fc00::1', 'private'],
    ['fdff:ffff::1', 'private'],
    ['fd00:ec2::254', 'private'],
    ['fec0::1', 'private'],
    ['fe80::1', 'link-local'],
    ['febf::1', 'link-local'],
    ['fe80::1%eth0', 'link-local'],
    ['ff02::1', 'multicast'],
    ['2001:db8::1', 'reserved'],
    ['3fff:fff::1', 'reserved'],
    ['4000::1', 'reserved'],
    ['100::1', 'reserved'],
    ['5f00::1', 'reserved'],
  ])('%s is %s', (address, expected) => {
    expect(classifyAddress(address)).toBe(expected);
  });
});

describe('an IPv4 address inside an IPv6 address does not hide', () => {
  it.each([
    ['::ffff:127.0.0.1', 'loopback'],
    ['::FFFF:7f00:1', 'loopback'],
    ['::ffff:a9fe:a9fe', 'link-local'],
    ['::ffff:10.0.0.1', 'private'],
    ['::ffff:8.8.8.8', 'public'],
    ['::127.0.0.1', 'loopback'],
    ['::10.0.0.1', 'private'],
    ['::8.8.8.8', 'reserved'],
    ['64:ff9b::127.0.0.1', 'loopback'],
    ['64:ff9b::a00:1', 'private'],
    ['64:ff9b::8.8.8.8', 'public'],
    ['64:ff9b:1::8.8.8.8', 'private'],
    ['2002:7f00:1::', 'reserved'],
    ['2002:808:808::1', 'reserved'],
    ['2001:0:4136:e378:8000:63bf:3fff:fdd2', 'reserved'],
  ])('%s is %s', (address, expected) => {
    expect(classifyAddress(address)).toBe(expected);
  });
});

describe('text that is not an address in its strict form is invalid', () => {
  it.each([
    '',
    'localhost',
    '127.1',
    '0x7f.0.0.1',
    '2130706433',
    '010.0.0.1',
    '1.2.3.4.5',
    '256.1.1.1',
    ' 127.0.0.1',
    '127.0.0.1 ',
    '[::1]',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7::8',
    '12345::',
    '::g',
    ':1',
    '1:',
    '1.2.3.4::',
    '::1.2.3.4:5',
    '::1%',
    '::1%a%b',
  ])('%j', address => {
    expect(classifyAddress(address)).toBe('invalid');
  });
});

const octet = fc.integer({ min: 0, max: 255 });
const ipv4Text = fc.oneof(
  fc.tuple(octet, octet, octet, octet).map(bytes => bytes.join('.')),
  fc
    .tuple(fc.constantFrom(0, 10, 100, 127, 169, 172, 192, 198, 203, 224, 240), octet, octet, octet)
    .map(b => b.join('.')),
);
const ipv6Text = fc.oneof(
  fc.ipV6(),
  fc
    .tuple(fc.constantFrom('2001', '2002', 'fc00', 'fe80', 'fec0', 'ff02', '64', '0', '3fff', '2a00'), fc.ipV6())
    .map(([head, rest]) => (rest.startsWith(':') ? rest : rest.replace(/^[0-9a-f]+/i, head))),
);

describe('compared with an independent implementation', () => {
  it('agrees with net.BlockList on every IPv4 address', () => {
    const refused = new BlockList();
    for (const range of [
      '0.0.0.0/8',
      '10.0.0.0/8',
      '100.64.0.0/10',
      '127.0.0.0/8',
      '169.254.0.0/16',
      '172.16.0.0/12',
    ]) {
      refused.addSubnet(...cidr(range), 'ipv4');
    }
    for (const range of ['192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15']) {
      refused.addSubnet(...cidr(range), 'ipv4');
    }
    for (const range of ['198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/3']) refused.addSubnet(...cidr(range), 'ipv4');
    fc.assert(
      fc.property(ipv4Text, address => (classifyAddress(address) !== 'public') === refused.check(address, 'ipv4')),
      { numRuns: 2_000 },
    );
  });

  it('never calls an IPv6 address public that net.BlockList refuses', () => {
    const refused = new BlockList();
    for (const range of ['::1/128', '::/128', 'fc00::/7', 'fe80::/10', 'fec0::/10', 'ff00::/8', '2001:db8::/32']) {
      refused.addSubnet(...cidr(range), 'ipv6');
    }
    for (const range of ['2002::/16', '2001::/32', '64:ff9b:1::/48', '100::/64'])
      refused.addSubnet(...cidr(range), 'ipv6');
    fc.assert(
      fc.property(ipv6Text, address => !(classifyAddress(address) === 'public' && refused.check(address, 'ipv6'))),
      { numRuns: 2_000 },
    );
  });

  it('accepts exactly the text that node accepts', () => {
    const text = fc.oneof(ipv4Text, ipv6Text, fc.string({ unit: fc.constantFrom(...'0123456789abf:.%x') }));
    fc.assert(
      fc.property(text, candidate => {
        expect(parseIpv4(candidate) !== undefined).toBe(isIPv4(candidate));
        // A zone is free text to us; node restricts its letters.
        if (!candidate.includes('%')) expect(parseIpv6(candidate) !== undefined).toBe(isIPv6(candidate));
      }),
      { numRuns: 5_000 },
    );
  });
});

function cidr(range: string): [string, number] {
  const [address = '', bits = ''] = range.split('/');
  return [address, Number(bits)];
}
