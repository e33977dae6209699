import * as z from 'zod/mini';
import { oneLine } from './message/plain-text.ts';

/** What somebody did to one of our incidents over there. */
export interface PagerDutyCommand {
  readonly command: 'acknowledge' | 'resolve';
  /** Our incident: the dedup key that it was opened with. */
  readonly incident: string;
  /** `Alice (PagerDuty)`. */
  readonly by: string;
}

const LONGEST_NAME = 80;

const webhook = z.object({
  event: z.object({
    event_type: z.string(),
    agent: z.optional(
      z.nullable(z.object({ type: z.optional(z.string()), summary: z.optional(z.nullable(z.string())) })),
    ),
    data: z.object({ incident_key: z.optional(z.nullable(z.string())) }),
  }),
});

const COMMANDS: ReadonlyMap<string, PagerDutyCommand['command']> = new Map([
  ['incident.acknowledged', 'acknowledge'],
  ['incident.resolved', 'resolve'],
]);

/**
 * The command in the body of a v3 webhook; undefined for everything that asks nothing of us: other events, incidents
 * without a key of ours, and what our own events did over there. Source:
 * https://github.com/PagerDuty/developer-docs/blob/main/docs/webhooks/01-Overview.md
 */
export function toPagerDutyCommand(body: unknown): PagerDutyCommand | undefined {
  const parsed = z.safeParse(webhook, body);
  if (!parsed.success) return undefined;
  const { event_type, agent, data } = parsed.data.event;
  const command = COMMANDS.get(event_type);
  const incident = data.incident_key ?? '';
  if (command === undefined || incident === '') return undefined;
  if (agent?.type?.endsWith('inbound_integration_reference')) return undefined;
  const who = oneLine(agent?.summary ?? '')
    .slice(0, LONGEST_NAME)
    .toWellFormed()
    .trim();
  return { command, incident, by: who === '' ? 'PagerDuty' : `${who} (PagerDuty)` };
}

/**
 * The signatures of version 1 in the header `X-PagerDuty-Signature`, in lower case; several while a secret is changed.
 * Source: https://github.com/PagerDuty/developer-docs/blob/main/docs/webhooks/04-Signatures.md
 */
export function pagerDutySignatures(header: string | undefined): readonly string[] {
  const parts = (header ?? '').slice(0, 4096).split(',');
  return parts.flatMap(part => /^\s*v1=([0-9a-f]{64})\s*$/i.exec(part)?.[1]?.toLowerCase() ?? []);
}
