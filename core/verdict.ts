import { type Evaluation, evaluate } from './condition/evaluate.ts';
import type { Condition, Operand, Placeholder } from './condition/model.ts';
import type { Monitor } from './config/model.ts';
import type { Failure, Observation, Phase } from './observation.ts';

/** `unknown`: we could not look, so nothing is said about the target. */
export type VerdictWord = 'up' | 'degraded' | 'down' | 'unknown';

/** What an observation means for a monitor, and why; `up` has no reasons. Reasons are for people, the most telling first. */
export interface Verdict {
  readonly verdict: VerdictWord;
  readonly reasons: readonly string[];
}

/**
 * Judges what was seen. Pure; never throws.
 *
 * - Nothing was asked (`secret`, `not-measured`): unknown.
 * - The probe failed: down, unless it is the wish of the operator, as in `[CONNECTED] == false`: conditions that all hold, one of
 *   them about `[CONNECTED]`, and no connection. A target that we refused to ask never counts as wished for.
 * - A condition fails, or the kind's own expectation when there are none: down.
 * - Only a `degraded` condition fails: degraded.
 */
export function verdict(monitor: Monitor, observation: Observation): Verdict {
  const { failure } = observation;
  if (failure?.reason === 'secret' || failure?.reason === 'not-measured') {
    return { verdict: 'unknown', reasons: [failureReason(failure)] };
  }
  const broken = brokenExpectations(monitor, observation);
  if (failure !== undefined && !(broken.length === 0 && isWished(monitor, observation))) {
    return {
      verdict: 'down',
      reasons: [failureReason(failure), ...broken.filter(tellsMore).map(({ reason }) => reason)],
    };
  }
  if (broken.length > 0) return { verdict: 'down', reasons: broken.map(({ reason }) => reason) };
  const short = failing(monitor.degraded, observation);
  if (short.length > 0) return { verdict: 'degraded', reasons: short.map(({ reason }) => reason) };
  return { verdict: 'up', reasons: [] };
}

/** An expectation that does not hold. */
interface Broken {
  readonly reason: string;
  /** Its value did not come, or is not an answer's: beside a failed probe it says nothing new. */
  readonly echo: boolean;
}

function tellsMore(broken: Broken): boolean {
  return !broken.echo;
}

function brokenExpectations(monitor: Monitor, observation: Observation): readonly Broken[] {
  if (monitor.conditions.length > 0) return failing(monitor.conditions, observation);
  switch (monitor.kind) {
    case 'http':
      return brokenStatus(observation.status);
    case 'tcp':
      return failing([CONNECTS], observation);
    case 'tls':
      return failing([VALID_FOR_A_WEEK], observation);
    case 'dns':
      return failing([ANSWERS], observation);
  }
}

function failing(conditions: readonly Condition[], observation: Observation): readonly Broken[] {
  return conditions.flatMap(condition => {
    const evaluation: Evaluation = evaluate(condition, observation);
    if (evaluation.holds) return [];
    const echo = evaluation.missing || reads(condition, 'RESPONSE_TIME') || reads(condition, 'CONNECTED');
    return [{ reason: evaluation.reason, echo }];
  });
}

function brokenStatus(status: number | undefined): readonly Broken[] {
  if (status !== undefined && status >= 200 && status <= 399) return [];
  return [{ reason: `[STATUS] within 200–399 (was ${status ?? 'missing'})`, echo: status === undefined }];
}

function isWished(monitor: Monitor, observation: Observation): boolean {
  const wishes = monitor.conditions.some(condition => reads(condition, 'CONNECTED'));
  return wishes && !observation.connected && observation.failure?.reason !== 'denied';
}

function reads(condition: Condition, name: Placeholder): boolean {
  return [condition.left, condition.right].some(operand => operand.type === 'placeholder' && operand.name === name);
}

/** `timeout: no answer within 5000 ms (waiting for the first byte)`. */
function failureReason(failure: Failure): string {
  const during = failure.phase === undefined ? undefined : PHASE_WORDS[failure.phase];
  const known = during === undefined || failure.detail.includes(during);
  return `${REASON_WORDS[failure.reason]}: ${failure.detail}${known ? '' : ` (${during})`}`;
}

const REASON_WORDS: Readonly<Record<Failure['reason'], string>> = {
  dns: 'name look-up',
  denied: 'denied',
  connect: 'no connection',
  tls: 'TLS',
  timeout: 'timeout',
  closed: 'connection lost',
  protocol: 'protocol',
  redirect: 'redirect',
  expect: 'unexpected answer',
  secret: 'not asked',
  'not-measured': 'not measured',
};

const PHASE_WORDS: Readonly<Record<Phase, string>> = {
  dns: 'looking up the name',
  connect: 'connecting',
  tls: 'during the TLS handshake',
  firstByte: 'waiting for the first byte',
  body: 'reading the body',
};

const CONNECTS = condition('CONNECTED', '==', 'true');
const VALID_FOR_A_WEEK = condition('CERTIFICATE_EXPIRATION', '>', '7d');
const ANSWERS = condition('DNS_RCODE', '==', 'NOERROR');

function condition(name: Placeholder, operator: Condition['operator'], text: string): Condition {
  const left: Operand = { type: 'placeholder', name, path: [] };
  return { text: `[${name}] ${operator} ${text}`, left, operator, right: { type: 'literal', text } };
}
