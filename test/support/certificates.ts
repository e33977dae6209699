import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { isIP } from 'node:net';
import * as der from './der.ts';

const DAY_MS = 86_400_000;

/** Signs other certificates; its own is what a client trusts, or what a server sends after its leaf. */
export interface Authority {
  readonly name: string;
  readonly pem: string;
  readonly privateKey: KeyObject;
}

/** What a TLS server is started with, PEM. */
export interface Identity {
  readonly cert: string;
  readonly key: string;
}

export interface LeafOptions {
  /** DNS names and IPv4 addresses that it is for. */
  readonly names: readonly string[];
  /** Days from now; negative when it has expired. @default 30 */
  readonly validForDays?: number;
  /** Sent after the leaf. @default none */
  readonly chain?: readonly Authority[];
}

/** An authority that signs itself, or one below another. */
export function makeAuthority(name: string, signedBy?: Authority): Authority {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const pem = certificate({
    subject: name,
    issuer: signedBy?.name ?? name,
    publicKey,
    signingKey: signedBy?.privateKey ?? privateKey,
    validForDays: 365,
    extensions: [
      extension('2.5.29.19', der.sequence(der.boolean(true))),
      // Key usage: signs certificates and revocation lists.
      extension('2.5.29.15', der.bits(Buffer.from([0b0000_0110]), 1)),
    ],
  });
  return { name, pem, privateKey };
}

/** A server's certificate; self-signed without an authority. */
export function makeLeaf(options: LeafOptions, signedBy?: Authority): Identity {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const subject = options.names[0] ?? 'nobody';
  const leaf = certificate({
    subject,
    issuer: signedBy?.name ?? subject,
    publicKey,
    signingKey: signedBy?.privateKey ?? privateKey,
    validForDays: options.validForDays ?? 30,
    extensions: [extension('2.5.29.17', der.sequence(...options.names.map(alternativeName)))],
  });
  const cert = [leaf, ...(options.chain ?? []).map(authority => authority.pem)].join('');
  return { cert, key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
}

interface Contents {
  readonly subject: string;
  readonly issuer: string;
  readonly publicKey: KeyObject;
  readonly signingKey: KeyObject;
  readonly validForDays: number;
  readonly extensions: readonly Buffer[];
}

const ECDSA_WITH_SHA256 = der.sequence(der.objectId('1.2.840.10045.4.3.2'));
let serial = 1000;

/** RFC 5280, version 3, PEM. One that has expired was valid for a year before. */
function certificate(contents: Contents): string {
  const validToAt = Date.now() + contents.validForDays * DAY_MS;
  const validFromAt = Math.min(Date.now() - DAY_MS, validToAt - 365 * DAY_MS);
  const toBeSigned = der.sequence(
    der.explicit(0, der.integer(2)),
    der.integer(serial++),
    ECDSA_WITH_SHA256,
    commonName(contents.issuer),
    der.sequence(der.time(validFromAt), der.time(validToAt)),
    commonName(contents.subject),
    contents.publicKey.export({ type: 'spki', format: 'der' }),
    der.explicit(3, der.sequence(...contents.extensions)),
  );
  const signature = sign('sha256', toBeSigned, contents.signingKey);
  const bytes = der.sequence(toBeSigned, ECDSA_WITH_SHA256, der.bits(signature));
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

function commonName(name: string): Buffer {
  return der.sequence(der.set(der.sequence(der.objectId('2.5.4.3'), der.text(name))));
}

function extension(id: string, value: Buffer): Buffer {
  return der.sequence(der.objectId(id), der.octets(value));
}

function alternativeName(name: string): Buffer {
  if (isIP(name) === 4) return der.implicit(7, Buffer.from(name.split('.').map(Number)));
  return der.implicit(2, Buffer.from(name));
}
