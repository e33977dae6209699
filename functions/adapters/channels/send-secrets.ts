import { type Reference, redact, referencesIn } from '../../../core/config/references.ts';
import type { SecretSource } from '../../run-secrets.ts';
import { basicCredentials } from '../probe/redirect.ts';

/** The secrets of one sending: read when they are needed, taken out of what is told of it, and forgotten with it. */
export interface SendSecrets {
  /** The text with its references replaced by their values. @throws SendSecretError when one cannot be read */
  fill(text: string): Promise<string>;
  /** Like `fill`, the values escaped as JSON wants them between quotes. @throws SendSecretError as `fill` */
  fillJson(text: string): Promise<string>;
  /** Each value of these headers filled. @throws SendSecretError as `fill` */
  fillHeaders(headers: Readonly<Record<string, string>>): Promise<Record<string, string>>;
  /**
   * An address, filled. A reference that is only a part of it is percent-encoded, so that it can neither end the address
   * nor change the host. @throws SendSecretError as `fill`
   */
  fillUrl(text: string): Promise<string>;
  /** The text without any value read so far, and without the telling parts of an address that was secret. */
  clean(text: string): string;
}

/** A reference could not be read; the message names it and never its value. */
export class SendSecretError extends Error {
  override readonly name = 'SendSecretError';
}

/** A part of a secret address that is shorter tells nothing, and would be found everywhere. */
const SHORTEST_PART = 6;

export function sendSecrets(source: SecretSource): SendSecrets {
  /** What to show, and what never to show. */
  const values = new Map<string, string>();

  const read = async (reference: Reference): Promise<string> => {
    try {
      const value = await source.resolve(reference.kind, reference.name);
      values.set(reference.text, value);
      return value;
    } catch (error) {
      // The name of the error alone: its message is written by others and may quote anything.
      const why = error instanceof Error ? error.name : 'unknown error';
      throw new SendSecretError(`${reference.text} could not be read (${why})`);
    }
  };

  const fillWith = async (text: string, encode: (value: string) => string): Promise<string> => {
    let filled = text;
    for (const reference of referencesIn(text)) {
      const value = await read(reference);
      // As a function: in a replacement text a dollar sign has a meaning.
      filled = filled.replace(reference.text, () => encode(value));
    }
    return filled;
  };

  const fill = (text: string) => fillWith(text, value => value);
  return {
    fill,
    fillJson: text => fillWith(text, value => JSON.stringify(value).slice(1, -1)),
    async fillHeaders(headers) {
      const filled: Record<string, string> = {};
      for (const [name, value] of Object.entries(headers)) filled[name] = await fill(value);
      return filled;
    },
    async fillUrl(text) {
      const [only] = referencesIn(text);
      const isWhole = only?.text === text;
      const url = await fillWith(
        text,
        isWhole ? value => value.trim() : value => encodeURIComponent(value.toWellFormed()),
      );
      if (only !== undefined)
        for (const part of tellingParts(url)) values.set(`(part ${values.size} of ${text})`, part);
      return url;
    },
    clean: text => redact(text, values),
  };
}

/** Whoever knows the last part of a chat's address can write there: an answer may quote the path without its host. */
function tellingParts(address: string): readonly string[] {
  if (!URL.canParse(address)) return [];
  const url = new URL(address);
  const parts = [
    url.href,
    `${url.pathname}${url.search}`,
    url.pathname,
    basicCredentials(address) ?? '',
    url.username,
    url.password,
    ...url.pathname.split('/'),
    ...url.searchParams.values(),
  ];
  return [...new Set(parts)].filter(part => part.length >= SHORTEST_PART);
}
