import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type Answer, decode, encode, type Packet, RECURSION_DESIRED } from 'dns-packet';
import { onTestFinished } from 'vitest';

/** What the server says to a question: records, an rcode, or nothing at all. */
export type DnsReply = { readonly answers: readonly Answer[] } | { readonly rcode: number } | 'silence';

export interface DnsServer {
  /** `127.0.0.1:port`. */
  readonly address: string;
  /** Every question so far: `A shop.test`. */
  readonly asked: readonly string[];
}

export const RCODE = { FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5 } as const;

/** A DNS server on loopback that ends with its test. */
export async function dnsServer(reply: (type: string, name: string) => DnsReply): Promise<DnsServer> {
  const socket = createSocket('udp4');
  const asked: string[] = [];
  socket.on('message', (message, from) => {
    const query = decode(message);
    const question = query.questions?.[0];
    if (question === undefined) return;
    asked.push(`${question.type} ${question.name}`);
    const said = reply(question.type, question.name.toLowerCase());
    if (said === 'silence') return;
    const rcode = 'rcode' in said ? said.rcode : 0;
    const packet: Packet = {
      id: query.id ?? 0,
      type: 'response',
      flags: RECURSION_DESIRED | rcode,
      questions: [question],
      answers: 'answers' in said ? [...said.answers] : [],
    };
    socket.send(encode(packet), from.port, from.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  onTestFinished(() => {
    socket.close();
  });
  return { address: `127.0.0.1:${socket.address().port}`, asked };
}

/** Knows these names and their addresses, and no others. */
export function addressBook(
  book: Readonly<Record<string, readonly string[]>>,
): (type: string, name: string) => DnsReply {
  return (type, name) => {
    const addresses = book[name];
    if (addresses === undefined) return { rcode: RCODE.NXDOMAIN };
    const ofType = addresses.filter(address => address.includes(':') === (type === 'AAAA'));
    return { answers: ofType.map(data => ({ type: type === 'AAAA' ? 'AAAA' : 'A', name, ttl: 60, data })) };
  };
}
