import type { X509Certificate } from 'node:crypto';
import type { Certificate } from '../../../core/observation.ts';

const DAY_MS = 86_400_000;
const LONGEST_NAME = 256;
const MOST_NAMES = 3;

/** What is kept of the leaf certificate as it was presented. Its names come from outside, so they are bounded. */
export function certificateOf(leaf: X509Certificate, problem: string | undefined): Certificate {
  return {
    validToAt: Date.parse(leaf.validTo),
    subject: oneLine(leaf.subject),
    issuer: oneLine(leaf.issuer),
    trusted: problem === undefined,
    ...(problem !== undefined && { problem }),
  };
}

/** `CN=status.example, O=Example Ltd`: OpenSSL writes one part a line; a certificate may have no subject at all. */
function oneLine(name: string | undefined): string {
  return (name ?? '').replaceAll('\n', ', ').slice(0, LONGEST_NAME);
}

/**
 * Why a certificate was refused, in plain words.
 * @param problem Node's code, from OpenSSL's X509_V_ERR names
 * @param nowAt epoch ms
 */
export function certificateSentence(leaf: X509Certificate, problem: string, host: string, nowAt: number): string {
  const validToAt = Date.parse(leaf.validTo);
  switch (problem) {
    case 'CERT_HAS_EXPIRED':
      if (validToAt > nowAt) return 'a certificate of the chain has expired';
      return `certificate expired ${daysAgo(nowAt - validToAt)}`;
    case 'CERT_NOT_YET_VALID':
      return 'certificate is not valid yet';
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return `certificate is for ${namesIn(leaf)}, not ${host}`;
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
      return 'certificate is self-signed';
    case 'SELF_SIGNED_CERT_IN_CHAIN':
      return 'certificate is signed by an authority that is not trusted';
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
      return 'certificate has no chain to a trusted authority: an intermediate is missing, or its authority is unknown';
    case 'CERT_REVOKED':
      return 'certificate was revoked';
    default:
      return `certificate is not trusted (${problem.slice(0, LONGEST_NAME)})`;
  }
}

function daysAgo(elapsedMs: number): string {
  const days = Math.floor(elapsedMs / DAY_MS);
  if (days === 0) return 'today';
  return days === 1 ? '1 day ago' : `${days} days ago`;
}

/** The first few names that it is for, from Node's list `DNS:a.example, IP Address:192.0.2.1`. */
function namesIn(leaf: X509Certificate): string {
  const listed = (leaf.subjectAltName ?? '').split(', ').map(name => name.replace(/^(DNS|IP Address):/, ''));
  const all = listed.filter(name => name !== '');
  if (all.length === 0) return oneLine(leaf.subject) || 'no name';
  const shown = all.slice(0, MOST_NAMES).map(name => name.slice(0, LONGEST_NAME));
  return all.length > MOST_NAMES ? `${shown.join(', ')} and ${all.length - MOST_NAMES} more` : shown.join(', ');
}
