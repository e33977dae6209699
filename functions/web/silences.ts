import { randomUUID } from 'node:crypto';
import type { Context, Hono } from 'hono';
import * as z from 'zod/mini';
import { SEVERITIES } from '../../core/config/model.ts';
import { LONGEST_SILENCE_DAYS, type Silence } from '../../core/silence.ts';
import { readBody } from './body.ts';
import type { WebPorts } from './knowledge.ts';
import { problem, RequestError } from './problem.ts';
import { instant } from './query.ts';

const DAY_MS = 86_400_000;

const words = z.optional(z.array(z.string()).check(z.minLength(1), z.maxLength(100)));
const wish = z.object({
  match: z.object({
    services: words,
    groups: words,
    tags: words,
    severities: z.optional(z.array(z.enum(SEVERITIES)).check(z.minLength(1))),
  }),
  from: z.optional(z.string()),
  to: z.string(),
  comment: z.string().check(z.minLength(1), z.maxLength(500)),
  author: z.string().check(z.minLength(1), z.maxLength(80)),
});

/** Silences: a person's reasons to withhold pages for a while. They are kept for a day after they ended. */
export function mountSilences(app: Hono, ports: WebPorts): void {
  app.get('/api/v1/silences', async context => {
    const silences = await ports.store.silences();
    const known = silences.toSorted((one, other) => one.fromAt - other.fromAt).map(silenceView);
    return context.json({ silences: known }, 200, { 'cache-control': 'no-store' });
  });
  app.post('/api/v1/silences', async context => {
    const silence = toSilence(await readBody(context, wish), ports.clock());
    await ports.store.saveSilence(silence);
    return context.json(silenceView(silence), 201, { location: `/api/v1/silences/${silence.id}` });
  });
  app.delete('/api/v1/silences/:id', async (context: Context) => {
    const dropped = await ports.store.dropSilence(context.req.param('id') ?? '');
    if (dropped) return context.body(null, 204);
    return problem(context, { status: 404, title: 'Not found', detail: 'There is no such silence.' });
  });
}

/** @throws RequestError for one that matches everything, has no end, or ends before it begins */
function toSilence({ match, from, to, comment, author }: z.infer<typeof wish>, now: number): Silence {
  if (Object.values(match).every(list => list === undefined)) {
    throw new RequestError(
      'match must name services, groups, severities or tags: a silence of everything hides everything',
    );
  }
  const fromAt = instant('from', from, now);
  const toAt = instant('to', to, now);
  if (toAt <= Math.max(fromAt, now)) throw new RequestError('to must be after from, and after now');
  if (toAt - fromAt > LONGEST_SILENCE_DAYS * DAY_MS) {
    throw new RequestError(`a silence lasts at most ${LONGEST_SILENCE_DAYS} days`);
  }
  return { id: randomUUID(), match, fromAt, toAt, comment, author, createdAt: now };
}

function silenceView({ id, match, fromAt, toAt, comment, author, createdAt }: Silence) {
  const iso = (at: number) => new Date(at).toISOString();
  return { id, match, from: iso(fromAt), to: iso(toAt), comment, author, createdAt: iso(createdAt) };
}
