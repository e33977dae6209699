import { createHmac, timingSafeEqual } from 'node:crypto';
import { parseIncidentId } from '../core/incident.ts';
import type { Links } from '../core/message/outgoing.ts';
import type { SecretSource } from './run-secrets.ts';

/**
 * The signed link by which whoever got a message acknowledges its incident without signing in:
 * `https://…/a/checkout-20261120T100300Z.x3Kd9_fQ2aLm`. It says what it allows and nothing else, and it ends by itself:
 * the incident's id tells when it opened. Mail scanners follow links, so looking at it changes nothing; see `web/ack.ts`.
 */
const VALID_DAYS = 7;
const DAY_MS = 86_400_000;

/** 72 bits: guessing one in a week of throttled requests is hopeless, and a text message pays for every character. */
const SIGNATURE_CHARACTERS = 12;

/** The signing key; undefined when it cannot be read: then messages go out without links, which is better than not at all. */
export async function linkKey(secrets: SecretSource, name: string): Promise<string | undefined> {
  try {
    return await secrets.resolve('secret', name);
  } catch {
    return undefined;
  }
}

/** @param key see `linkKey` */
export function links(statusUrl: string, key: string | undefined): Links {
  if (key === undefined) return { statusUrl };
  return { statusUrl, acknowledge: incident => `${statusUrl}/a/${encodeURIComponent(tokenFor(incident, key))}` };
}

export function tokenFor(incident: string, key: string): string {
  return `${incident}.${signature(incident, key)}`;
}

/** The incident that a token allows to acknowledge; undefined when it is forged, or too old. */
export function incidentOfToken(token: string, key: string, now: number): string | undefined {
  const dot = token.lastIndexOf('.');
  const incident = token.slice(0, dot);
  const given = Buffer.from(token.slice(dot + 1));
  const wanted = Buffer.from(signature(incident, key));
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return undefined;
  const openedAt = parseIncidentId(incident)?.openedAt;
  return openedAt !== undefined && now < openedAt + VALID_DAYS * DAY_MS ? incident : undefined;
}

function signature(incident: string, key: string): string {
  return createHmac('sha256', key).update(`acknowledge ${incident}`).digest('base64url').slice(0, SIGNATURE_CHARACTERS);
}
