/**
 * What an address is for. Only `public` ones are probed without `allowPrivate`; `invalid` is text that is not an
 * address in its strict form (`0x7f.1`, `127.1`, `010.0.0.1`).
 */
export type AddressClass = 'public' | 'private' | 'loopback' | 'link-local' | 'multicast' | 'reserved' | 'invalid';

type Bytes = readonly number[];

interface Range {
  readonly first: Bytes;
  readonly prefixBits: number;
  readonly class: AddressClass;
}

/**
 * Classifies an IP address by its bytes, so that no way of writing it hides what it reaches. An IPv6 address that
 * carries an IPv4 one to its destination (v4-mapped, NAT64) is what the carried one is; the deprecated tunnels (6to4,
 * Teredo, v4-compatible) are never public. Source: the IANA special-purpose address registries, RFC 6890 and updates.
 */
export function classifyAddress(text: string): AddressClass {
  const v4 = parseIpv4(text);
  if (v4 !== undefined) return classifyIpv4(v4);
  const v6 = parseIpv6(text);
  return v6 === undefined ? 'invalid' : classifyIpv6(v6);
}

/** Four bytes, or undefined: exactly four decimal numbers of 0…255, without leading zeros. */
export function parseIpv4(text: string): Bytes | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  const bytes = parts.map(part => (/^(0|[1-9]\d{0,2})$/.test(part) ? Number(part) : 256));
  return bytes.every(byte => byte <= 255) ? bytes : undefined;
}

/** Sixteen bytes, or undefined: RFC 4291 text, `::` once, the last 32 bits as IPv4 if wished. A zone (`%eth0`) is left out. */
export function parseIpv6(text: string): Bytes | undefined {
  const zoneless = text.replace(/%[^%]+$/, '');
  const halves = zoneless.split('::');
  if (halves.length > 2) return undefined;
  const compressed = halves.length === 2;
  const head = groupBytes(halves[0] ?? '', !compressed);
  const tail = groupBytes(halves[1] ?? '', true);
  if (head === undefined || tail === undefined) return undefined;
  const missing = 16 - head.length - tail.length;
  // `::` stands for at least one group of zeros.
  if (compressed ? missing < 2 : missing !== 0) return undefined;
  return [...head, ...new Array<number>(missing).fill(0), ...tail];
}

function groupBytes(text: string, mayEndInIpv4: boolean): Bytes | undefined {
  if (text === '') return [];
  const groups = text.split(':');
  const bytes: number[] = [];
  for (const [index, group] of groups.entries()) {
    const v4 = mayEndInIpv4 && index === groups.length - 1 ? parseIpv4(group) : undefined;
    if (v4 !== undefined) bytes.push(...v4);
    else if (/^[0-9a-f]{1,4}$/i.test(group))
      bytes.push(Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255);
    else return undefined;
  }
  return bytes;
}

const IPV4_RANGES = ranges(parseIpv4, [
  ['0.0.0.0', 8, 'reserved'],
  ['10.0.0.0', 8, 'private'],
  ['100.64.0.0', 10, 'private'],
  ['127.0.0.0', 8, 'loopback'],
  // The metadata services of the clouds live here.
  ['169.254.0.0', 16, 'link-local'],
  ['172.16.0.0', 12, 'private'],
  ['192.0.0.0', 24, 'reserved'],
  ['192.0.2.0', 24, 'reserved'],
  ['192.88.99.0', 24, 'reserved'],
  ['192.168.0.0', 16, 'private'],
  ['198.18.0.0', 15, 'reserved'],
  ['198.51.100.0', 24, 'reserved'],
  ['203.0.113.0', 24, 'reserved'],
  ['224.0.0.0', 4, 'multicast'],
  ['240.0.0.0', 4, 'reserved'],
]);

const IPV6_RANGES = ranges(parseIpv6, [
  ['::1', 128, 'loopback'],
  ['64:ff9b:1::', 48, 'private'],
  ['fc00::', 7, 'private'],
  ['fe80::', 10, 'link-local'],
  ['fec0::', 10, 'private'],
  ['ff00::', 8, 'multicast'],
  // Teredo, ORCHID and other protocol assignments.
  ['2001::', 23, 'reserved'],
  ['2001:db8::', 32, 'reserved'],
  ['2002::', 16, 'reserved'],
  ['3fff::', 20, 'reserved'],
  ['2000::', 3, 'public'],
]);

/** Prefixes whose last four bytes are the IPv4 address that is really reached. */
const CARRIERS = ranges(parseIpv6, [
  ['::ffff:0:0', 96, 'public'],
  ['64:ff9b::', 96, 'public'],
]);

/** `::a.b.c.d`: deprecated, so never public, but some systems still route it. */
const V4_COMPATIBLE = ranges(parseIpv6, [['::', 96, 'reserved']]);

function classifyIpv4(bytes: Bytes): AddressClass {
  return IPV4_RANGES.find(range => holds(range, bytes))?.class ?? 'public';
}

function classifyIpv6(bytes: Bytes): AddressClass {
  if (CARRIERS.some(range => holds(range, bytes))) return classifyIpv4(bytes.slice(12));
  const named = IPV6_RANGES.find(range => holds(range, bytes))?.class;
  if (named !== undefined) return named;
  if (!V4_COMPATIBLE.some(range => holds(range, bytes))) return 'reserved';
  const carried = classifyIpv4(bytes.slice(12));
  return carried === 'public' ? 'reserved' : carried;
}

function holds(range: Range, bytes: Bytes): boolean {
  const whole = range.prefixBits >> 3;
  for (let index = 0; index < whole; index++) if (bytes[index] !== range.first[index]) return false;
  const rest = range.prefixBits & 7;
  if (rest === 0) return true;
  return (bytes[whole] ?? 0) >> (8 - rest) === (range.first[whole] ?? 0) >> (8 - rest);
}

function ranges(
  parse: (text: string) => Bytes | undefined,
  rows: readonly (readonly [string, number, AddressClass])[],
): readonly Range[] {
  return rows.map(([text, prefixBits, kind]) => ({ first: parse(text) ?? [], prefixBits, class: kind }));
}
