import type { Hono } from 'hono';
import { toPagerDutyCommand } from '../../core/pagerduty-webhook.ts';
import { apply } from './commands.ts';
import type { WebPorts } from './knowledge.ts';
import { isFromPagerDuty } from './pagerduty-signature.ts';
import { problem } from './problem.ts';

const MOST_BYTES = 256_000;

/**
 * What other systems tell us. PagerDuty says who acknowledged or resolved there; the signature is checked over the raw
 * body. A webhook that asks nothing of us is thanked for as well, or it would be sent again.
 */
export function mountHooks(app: Hono, ports: WebPorts): void {
  app.post('/hooks/pagerduty/:channel', async context => {
    const body = new Uint8Array(await context.req.arrayBuffer());
    const secret = await ports.hookSecret(context.req.param('channel'));
    const signed = secret !== undefined && isFromPagerDuty(body, context.req.header('x-pagerduty-signature'), secret);
    if (!signed || body.length > MOST_BYTES) {
      return problem(context, { status: 404, title: 'Not found', detail: 'There is no such hook.' });
    }
    const command = toPagerDutyCommand(parsed(body));
    if (command === undefined) return context.json({ done: 'nothing to do' }, 202);
    const { incident, ...order } = command;
    const outcome = await apply(ports, incident, order);
    return context.json({ done: outcome.outcome }, 202);
  });
}

function parsed(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined;
  }
}
