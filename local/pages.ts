import { Hono } from 'hono';
import { html, raw } from 'hono/html';
import { FORM_HEADERS, STYLE } from '../functions/web/style.ts';
import { type Demo, FAULTS } from './demo.ts';
import type { Outbox } from './outbox.ts';

/** What only a laptop has: the outbox of the SNS stub, and the switches of the demo. */
export function localPages(outbox: Outbox, demo: Demo | undefined): Hono {
  const app = new Hono();
  app.get('/outbox', context => {
    const messages = outbox.list();
    const wantsPage = context.req.header('accept')?.includes('text/html') ?? false;
    return wantsPage ? context.html(outboxPage(messages, demo), 200, { ...FORM_HEADERS }) : context.json(messages);
  });
  app.get('/demo', context => context.json(demo?.list() ?? []));
  app.post('/demo/:service/:fault', context => {
    const origin = context.req.header('origin');
    if (origin !== undefined && origin !== new URL(context.req.url).origin) return context.text('not from here', 403);
    const fault = FAULTS.find(name => name === context.req.param('fault'));
    if (fault === undefined) return context.text(`a fault is one of ${FAULTS.join(', ')}\n`, 400);
    const service = context.req.param('service');
    if (!demo?.set(service, fault)) return context.text(`there is no demo service ${service}\n`, 404);
    const wantsPage = context.req.header('accept')?.includes('text/html') ?? false;
    return wantsPage ? context.redirect('/_local/outbox', 303) : context.json(demo.list());
  });
  return app;
}

function outboxPage(messages: ReturnType<Outbox['list']>, demo: Demo | undefined) {
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="refresh" content="5"><title>Outbox</title><style>${raw(STYLE)}</style></head>
<body><main><a class="mark" href="/">Tocsin</a>
<h1>Outbox: ${messages.length === 1 ? '1 message' : `${messages.length} messages`}</h1>
${demo === undefined ? '' : demoSection(demo)}
<h2>What SNS was given, newest first</h2>
${[...messages].reverse().map(
  message => html`<section class="card"><h3>${message.subject}</h3><div class="soft">${message.publishedAt}, ${message.attributes.key}</div>
<p>SMS (${message.sms.length}): ${message.sms}</p><pre>${message.email}</pre></section>`,
)}
</main></body></html>`;
}

function demoSection(demo: Demo) {
  return html`<h2>Demo services</h2>
${demo.list().map(
  service => html`<section class="card"><h3>${service.name} <span class="soft">${service.fault}</span></h3>
${FAULTS.map(fault => html`<form method="post" action="/_local/demo/${service.name}/${fault}"><button ${fault === service.fault ? raw('disabled') : ''}>${fault}</button></form>`)}</section>`,
)}`;
}
