import type { Context, Hono } from 'hono';
import { html, raw } from 'hono/html';
import { utc, utcTime } from '../../core/message/plain-text.ts';
import { type CheckResult, measuredIn } from '../../core/run.ts';
import {
  type IncidentView,
  incidentsInStates,
  incidentView,
  isBlind,
  type Known,
  type MonitorView,
  type ServiceView,
  type StatusWord,
  serviceViews,
  worstStatus,
} from '../../core/status.ts';
import { incidentOf, know, type WebPorts } from './knowledge.ts';
import { FORM_HEADERS, PAGE_HEADERS, STYLE } from './style.ts';

/** As many results as a row of bars shows. */
const BARS = 30;

type Html = ReturnType<typeof html>;

/** The pages for people: what is up, and one incident. Server-rendered; every value is escaped by the template. */
export function mountPages(app: Hono, ports: WebPorts): void {
  app.get('/', async context => respond(context, 200, statusPage(await know(ports, BARS))));
  app.get('/i/:id', async context => {
    const incident = await incidentOf(ports, context.req.param('id'));
    if (incident === undefined)
      return respond(context, 404, layout('Not found', html`<h1>There is no such incident.</h1>`));
    return respond(context, 200, incidentPage(incidentView(incident)));
  });
}

/** @param allow `form`: the page may submit to where it came from */
export async function respond(
  context: Context,
  status: 200 | 404,
  page: Html,
  allow: { readonly form?: boolean } = {},
): Promise<Response> {
  return context.html(await page, status, { ...(allow.form ? FORM_HEADERS : PAGE_HEADERS) });
}

export function layout(title: string, content: Html, refreshSeconds?: number): Html {
  const refresh = refreshSeconds === undefined ? '' : html`<meta http-equiv="refresh" content="${refreshSeconds}">`;
  return html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">${refresh}
<title>${title}</title><style>${raw(STYLE)}</style></head>
<body><main><a class="mark" href="/">Tocsin</a>
${content}
</main></body>
</html>`;
}

function statusPage(known: Known): Html {
  const services = serviceViews(known);
  const bars = lastResults(known);
  const open = incidentsInStates(known.states).filter(incident => incident.resolvedAt === undefined);
  const sentence = headline(services, isBlind(known.states));
  const refreshSeconds = Math.min(30, Math.max(2, known.runEverySeconds));
  return layout(
    sentence,
    html`<h1>${sentence}</h1>
${open.map(incident => incidentCard(incidentView(incident)))}
${grouped(services).map(([group, members]) => groupSection(group, members, bars))}
<footer>As of ${utc(known.now)}. The same as data: <a href="/api/v1/status">/api/v1/status</a></footer>`,
    refreshSeconds,
  );
}

/** The overall state in a sentence. */
function headline(services: readonly ServiceView[], blind: boolean): string {
  if (blind) return 'Monitoring is blind: what is up is not known';
  const troubled = (word: StatusWord) => services.filter(service => service.status === word).length;
  const count = (number: number) => `${number} service${number === 1 ? '' : 's'}`;
  switch (worstStatus(services.map(service => service.status))) {
    case 'down':
      return `${count(troubled('down'))} of ${services.length} down`;
    case 'degraded':
      return `${count(troubled('degraded'))} of ${services.length} degraded`;
    case 'unknown':
      return `${count(troubled('unknown'))} of ${services.length} not known`;
    case 'up':
      return services.length === 1 ? 'The service is up' : `All ${services.length} services are up`;
  }
}

function grouped(services: readonly ServiceView[]): [string, ServiceView[]][] {
  const groups = new Map<string, ServiceView[]>();
  for (const service of services) {
    const group = service.group ?? 'Services';
    groups.set(group, [...(groups.get(group) ?? []), service]);
  }
  return [...groups];
}

/** The last results of each monitor, oldest first. */
function lastResults(known: Known): Map<string, CheckResult[]> {
  const results = new Map<string, CheckResult[]>();
  for (const run of [...known.runs].sort((one, other) => one.slotAt - other.slotAt)) {
    for (const result of measuredIn(run)) {
      const row = results.get(result.monitor) ?? [];
      row.push(result);
      results.set(result.monitor, row);
    }
  }
  return results;
}

function groupSection(group: string, services: readonly ServiceView[], bars: Map<string, CheckResult[]>): Html {
  return html`<h2>${group}</h2>
${services.map(
  service => html`<section class="card" id="${service.id}"><h3>${service.name} ${word(service.status)}</h3>
${service.monitors.map(monitor => monitorRow(monitor, bars.get(monitor.id) ?? []))}</section>`,
)}`;
}

function monitorRow(monitor: MonitorView, results: readonly CheckResult[]): Html {
  const latency = monitor.latencyMs === null ? '' : `${Math.round(monitor.latencyMs)} ms`;
  const since = monitor.status === 'down' && monitor.since !== null ? ` since ${utc(Date.parse(monitor.since))}` : '';
  const reason = monitor.reason === null ? '' : ` ${monitor.reason}`;
  const why = since === '' ? reason : `${since},${reason}`;
  return html`<div class="monitor"><span class="name">${monitor.name} <span class="soft">${monitor.kind}</span></span>
<span class="bars" role="img" aria-label="${summary(results)}">${results.map(bar)}</span>
<span class="figure">${latency === '' ? word(monitor.status) : latency}</span>
${why === '' ? '' : html`<span class="why">${word(monitor.status)}${why}</span>`}</div>`;
}

function bar({ slotAt, verdict, latencyMs, reasons }: CheckResult): Html {
  const latency = latencyMs === undefined ? '' : `, ${Math.round(latencyMs)} ms`;
  const reason = reasons[0] === undefined ? '' : `, ${reasons[0]}`;
  return html`<span class="bar ${verdict}" title="${utcTime(slotAt)} UTC ${verdict}${latency}${reason}"></span>`;
}

function summary(results: readonly CheckResult[]): string {
  const up = results.filter(result => result.verdict === 'up').length;
  return results.length === 0 ? 'no checks yet' : `up in ${up} of the last ${results.length} checks`;
}

function word(status: StatusWord): Html {
  return html`<span class="word ${status}">${status}</span>`;
}

function incidentCard(incident: IncidentView): Html {
  return html`<section class="card incident"><h3><a href="/i/${incident.id}">${incident.name}</a> <span class="word down">${incident.severity}</span></h3>
<div>${incident.alerts.map(alert => html`<div>${alert.name}: ${alert.reasons[0] ?? 'down'}</div>`)}</div>
<div class="soft">open since ${utc(Date.parse(incident.openedAt))}${incident.acknowledgedBy === null ? '' : `, acknowledged by ${incident.acknowledgedBy}`}${incident.withheld === null ? '' : `, nobody is told: ${incident.withheld}`}</div></section>`;
}

function incidentPage(incident: IncidentView): Html {
  const caring = incident.acknowledgedBy === null ? '' : html`<p>Acknowledged by ${incident.acknowledgedBy}.</p>`;
  const quiet = incident.withheld === null ? '' : html`<p>Nobody is told at the moment: ${incident.withheld}.</p>`;
  const state =
    incident.resolvedAt === null
      ? html`<span class="word down">open</span> since ${utc(Date.parse(incident.openedAt))}`
      : html`<span class="word up">resolved</span> ${utc(Date.parse(incident.resolvedAt))}, opened ${utc(Date.parse(incident.openedAt))}`;
  return layout(
    `${incident.name}: ${incident.state}`,
    html`<h1>${incident.name}</h1>
<p>${state}, severity ${incident.severity}</p>${caring}${quiet}
${incident.alerts.map(
  alert => html`<section class="card incident"><h3>${alert.name} <span class="word down">${alert.severity}</span></h3>
${alert.reasons.map(reason => html`<div>${reason}</div>`)}<div class="soft">since ${utc(Date.parse(alert.since))}</div></section>`,
)}
<h2>Timeline</h2>
<table>${incident.timeline.map(event => html`<tr><td>${utc(Date.parse(event.at))}</td><td>${event.event}</td><td>${event.text}</td></tr>`)}</table>
${incident.omittedEvents > 0 ? html`<p class="soft">${incident.omittedEvents} events between are left out.</p>` : ''}
<footer>${incident.id}. The same as data: <a href="/api/v1/incidents/${incident.id}">/api/v1/incidents/${incident.id}</a></footer>`,
    incident.resolvedAt === null ? 30 : undefined,
  );
}
