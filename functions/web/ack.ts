import type { Context, Hono } from 'hono';
import { html } from 'hono/html';
import { incidentView } from '../../core/status.ts';
import { incidentOfToken } from '../ack-link.ts';
import { apply } from './commands.ts';
import { incidentOf, type WebPorts } from './knowledge.ts';
import { layout, respond } from './pages.ts';

/**
 * The page behind the signed link of a message. Mail scanners and link previews only look, and looking shows a button; who
 * presses it acknowledges. The link is the proof, so the form needs no other.
 */
export function mountAcknowledge(app: Hono, ports: WebPorts): void {
  app.get('/a/:token', async context => {
    const id = await incidentOfLink(context, ports);
    const incident = id === undefined ? undefined : await incidentOf(ports, id);
    if (incident === undefined) return expired(context);
    const view = incidentView(incident);
    const caring = view.acknowledgedBy ?? undefined;
    const state = view.resolvedAt === null ? 'is open' : 'is over';
    return respond(
      context,
      200,
      layout(
        `Acknowledge ${view.name}`,
        html`<h1>${view.name} ${state}</h1>
${view.alerts.map(alert => html`<p>${alert.name}: ${alert.reasons[0] ?? alert.trouble}</p>`)}
${caring === undefined ? '' : html`<p>${caring} has acknowledged it.</p>`}
${
  view.resolvedAt === null && caring === undefined
    ? html`<form method="post"><p><label>Your name <input name="by" maxlength="80" autocomplete="name"></label></p>
<button>Acknowledge: I am on it</button></form>`
    : ''
}
<p><a href="/i/${view.id}">The incident</a></p>`,
      ),
      { form: true },
    );
  });
  app.post('/a/:token', async context => {
    const id = await incidentOfLink(context, ports);
    if (id === undefined) return expired(context);
    const by = (await context.req.parseBody()).by;
    const done = await apply(ports, id, {
      command: 'acknowledge',
      by: typeof by === 'string' && by.trim() ? by : 'the link in a message',
    });
    if (done.outcome !== 'done') return expired(context);
    const words =
      done.already === undefined
        ? 'Acknowledged. Reminders and escalation have stopped.'
        : `Nothing to do: ${done.already}.`;
    return respond(
      context,
      200,
      layout('Acknowledged', html`<h1>${words}</h1><p><a href="/i/${id}">The incident</a></p>`),
    );
  });
}

async function incidentOfLink(context: Context, ports: WebPorts): Promise<string | undefined> {
  const key = await ports.linkKey();
  const token = context.req.param('token');
  return key === undefined || token === undefined ? undefined : incidentOfToken(token, key, ports.clock());
}

/** The same words for a forged link, an old one and an incident that is gone. */
function expired(context: Context): Promise<Response> {
  return respond(context, 404, layout('Not found', html`<h1>This link is not valid any more.</h1>`));
}
