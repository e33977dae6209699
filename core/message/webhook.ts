import type { OutboxEntry } from '../state.ts';
import { emailText } from './email.ts';
import { machineJson } from './machine.ts';
import type { Links } from './outgoing.ts';

/**
 * The raw body of a generic webhook: our JSON, or the user's template with its places filled.
 * @param template text with places such as `{{service.name}}`; see `fillTemplate`
 */
export function webhookBody(entry: OutboxEntry, links: Links, template: string | undefined): string {
  const data = machineJson(entry, links);
  if (template === undefined) return JSON.stringify(data);
  return fillTemplate(template, { ...data, text: emailText(entry, links) });
}

/**
 * Fills `{{path}}` with what is found there: `{{service.name}}`, `{{alerts.0.reasons.0}}`. A text is escaped as JSON
 * wants it between quotes, without the quotes; a number, a list or an object is written as JSON; what is not there is
 * nothing. What was filled in is not looked at again.
 */
export function fillTemplate(template: string, data: object): string {
  return template.replace(/\{\{\s{0,9}([\w.-]{1,200})\s{0,9}\}\}/g, (_place, path: string) => {
    const value = valueAt(data, path.split('.'));
    if (value === undefined || value === null) return '';
    const json = JSON.stringify(value);
    return typeof value === 'string' ? json.slice(1, -1) : json;
  });
}

/** Own properties only: `constructor` is no place. */
function valueAt(data: unknown, path: readonly string[]): unknown {
  let value = data;
  for (const name of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Object.getOwnPropertyDescriptor(value, name)?.value;
  }
  return value;
}

/**
 * What the signature of a webhook is made over: the time and the raw body, so that neither can be changed and an old
 * message cannot be told again as a new one.
 * @param atSeconds epoch seconds
 */
export function signedText(atSeconds: number, rawBody: string): string {
  return `${atSeconds}.${rawBody}`;
}

/** The header `tocsin-signature`. @param hmac SHA-256 in hexadecimal */
export function signatureHeader(atSeconds: number, hmac: string): string {
  return `t=${atSeconds},v1=${hmac}`;
}
