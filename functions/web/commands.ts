import type { Context, Hono } from 'hono';
import * as z from 'zod/mini';
import { type Command, command } from '../../core/command.ts';
import { parseIncidentId } from '../../core/incident.ts';
import { incidentsOf } from '../../core/state.ts';
import { incidentView } from '../../core/status.ts';
import { readBody } from './body.ts';
import type { WebPorts } from './knowledge.ts';
import { problem } from './problem.ts';

const person = z.object({ by: z.optional(z.string()) });
const remark = z.object({ by: z.optional(z.string()), text: z.string() });

/** How often a lost race is tried anew. */
const RACES = 5;

/** What people do to incidents. Each applies once; repeated, it answers as if it had been the first. */
export function mountCommands(app: Hono, ports: WebPorts): void {
  app.post('/api/v1/incidents/:id/acknowledge', async context => {
    const { by } = await readBody(context, person);
    return answer(context, ports, { command: 'acknowledge', by: nameOf(context, by) });
  });
  app.post('/api/v1/incidents/:id/resolve', async context => {
    const { by } = await readBody(context, person);
    return answer(context, ports, { command: 'resolve', by: nameOf(context, by) });
  });
  app.post('/api/v1/incidents/:id/comment', async context => {
    const { by, text } = await readBody(context, remark);
    return answer(context, ports, { command: 'comment', by: nameOf(context, by), text });
  });
}

async function answer(context: Context, ports: WebPorts, order: Command): Promise<Response> {
  const id = context.req.param('id') ?? '';
  const done = await apply(ports, id, order);
  switch (done.outcome) {
    case 'unknown':
      return problem(context, { status: 404, title: 'Not found', detail: 'There is no such incident.' });
    case 'refused':
      return problem(context, { status: 409, title: 'Conflict', detail: `It cannot be done: ${done.reason}.` });
    case 'done':
      return context.json(incidentView(done.incident), 200, { 'cache-control': 'no-store' });
  }
}

export type Applied =
  | { readonly outcome: 'done'; readonly incident: Parameters<typeof incidentView>[0]; readonly already?: string }
  | { readonly outcome: 'refused'; readonly reason: string }
  | { readonly outcome: 'unknown' };

/** Applies a command to the state that holds the incident. A lost race is tried anew on what the winner stored. */
export async function apply(ports: WebPorts, id: string, order: Command): Promise<Applied> {
  const named = parseIncidentId(id);
  if (named === undefined) return { outcome: 'unknown' };
  const shard = shardOf(ports, named.service);
  for (let race = 0; race < RACES; race++) {
    const state = await ports.store.state(shard, named.service);
    const incident = state && incidentsOf(state).find(known => known.id === id);
    if (state === undefined || incident === undefined) return recorded(ports, id);
    const outcome = command({ state, incident: id, command: order, now: ports.clock() });
    if (outcome.outcome === 'already') return { outcome: 'done', incident, already: outcome.reason };
    if (outcome.outcome === 'refused') return outcome;
    const saved = await ports.store.saveState(shard, outcome.state);
    const changed = saved && incidentsOf(saved).find(known => known.id === id);
    if (changed !== undefined) return { outcome: 'done', incident: changed };
  }
  return { outcome: 'refused', reason: 'too many others are at it; try again' };
}

/** What is on record is over, and changes no more. */
async function recorded(ports: WebPorts, id: string): Promise<Applied> {
  const incident = await ports.store.incident(id);
  return incident === undefined ? { outcome: 'unknown' } : { outcome: 'done', incident, already: 'it is resolved' };
}

/** Tocsin's own services carry their shard in their id. */
function shardOf({ catalog }: WebPorts, service: string): number {
  const own = /^_tocsin\.(\d+)(\.|$)/.exec(service)?.[1];
  return own === undefined ? (catalog.services.find(({ id }) => id === service)?.shard ?? 0) : Number(own);
}

/**
 * Who it was: the name that was given, and beside it who signed the request, where API Gateway checked a signature. On a
 * laptop there is nobody to tell apart.
 */
function nameOf(context: Context, by: string | undefined): string {
  const event: unknown = context.env?.event;
  const arn = z.safeParse(signedEvent, event);
  const signer = arn.success ? arn.data.requestContext.authorizer.iam.userArn.split('/').at(-1) : undefined;
  if (by === undefined || signer === undefined) return by ?? signer ?? 'api';
  return `${by} (${signer})`;
}

const signedEvent = z.object({
  requestContext: z.object({ authorizer: z.object({ iam: z.object({ userArn: z.string() }) }) }),
});
