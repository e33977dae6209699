import { cut, oneLine } from '../../../core/message/plain-text.ts';
import type { Observation } from '../../../core/observation.ts';
import type { Receipt } from '../../ports.ts';

const LONGEST_ANSWER = 200;
const LONGEST_ERROR = 400;
/** Longer than this nobody is left waiting, whatever a channel asks for. */
const LONGEST_WAIT_MS = 3_600_000;

/** Answers of the kind 4xx that say nothing about the request itself. */
const TRY_AGAIN: ReadonlySet<number> = new Set([408, 425, 429]);

export interface ReceiptOptions {
  /** `Slack`, as people know it. */
  readonly name: string;
  /** Takes the secrets out of a text. */
  readonly clean: (text: string) => string;
  /** Epoch ms, for a Retry-After that is a date. */
  readonly now: number;
}

/**
 * What an answer means: 2xx is accepted; 408, 425, 429, 5xx and no answer at all are worth another try, after what
 * Retry-After asks for; any other is permanent, for it would be said again. After a time-out the message may have
 * arrived: it is repeated with the same key.
 */
export function receiptOf(observation: Observation, options: ReceiptOptions): Receipt {
  const { failure, status } = observation;
  const tidy = (text: string) => cut(oneLine(options.clean(text)), LONGEST_ANSWER);
  if (failure !== undefined || status === undefined) {
    const why = failure === undefined ? 'no answer' : tidy(failure.detail);
    const permanent = failure?.reason === 'denied';
    return { accepted: false, error: cut(`${options.name}: ${why}`, LONGEST_ERROR), ...(permanent && { permanent }) };
  }
  const said = tidy(observation.body ?? '');
  const answer = `${options.name} answered ${status}${said === '' ? '' : `: ${said}`}`;
  if (status >= 200 && status < 300) return { accepted: true, text: answer };
  if (status >= 500 || TRY_AGAIN.has(status)) {
    const retryAfterMs = waitOf(observation, options.now);
    return { accepted: false, error: answer, ...(retryAfterMs !== undefined && { retryAfterMs }) };
  }
  const isRedirect = status >= 300 && status < 400;
  const error = isRedirect ? `${answer} (redirects are not followed)` : answer;
  return { accepted: false, error: cut(error, LONGEST_ERROR), permanent: true };
}

/** How long the channel wants to be left alone: the header, in seconds or as a date, or what Discord and Telegram say in the body. */
function waitOf({ headers, body }: Observation, now: number): number | undefined {
  const header = headers?.['retry-after']?.trim();
  const asked = header === undefined || header === '' ? secondsInBody(body) : waitOfHeader(header, now);
  if (asked === undefined || !Number.isFinite(asked)) return undefined;
  return Math.min(LONGEST_WAIT_MS, Math.max(0, Math.ceil(asked)));
}

function waitOfHeader(header: string, now: number): number | undefined {
  if (/^\d{1,9}(\.\d{1,6})?$/.test(header)) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : at - now;
}

/** `{"retry_after": 1.5}` of Discord, `{"parameters": {"retry_after": 5}}` of Telegram. */
function secondsInBody(body: string | undefined): number | undefined {
  const found = /"retry_after"\s{0,5}:\s{0,5}(\d{1,9}(?:\.\d{1,6})?)/.exec(body?.slice(0, 2000) ?? '');
  return found === null ? undefined : Number(found[1]) * 1000;
}
