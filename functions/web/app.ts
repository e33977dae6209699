import { createHash } from 'node:crypto';
import { type Context, Hono } from 'hono';
import type { CatalogMonitor, CatalogService } from '../../core/catalog.ts';
import { checkView, incidentView, serviceViews, statusView } from '../../core/status.ts';
import { logAt } from '../log.ts';
import { mountAcknowledge } from './ack.ts';
import { mountCommands } from './commands.ts';
import { mountHooks } from './hooks.ts';
import { checksOf, incidentList, incidentOf, know, type WebPorts } from './knowledge.ts';
import { mountPages } from './pages.ts';
import { problem, RequestError } from './problem.ts';
import { incidentCursor, instant, limit, oneOf } from './query.ts';
import { mountSilences } from './silences.ts';

/** How many runs the status is read from: the newest alone answers, one more bridges a run being written. */
const STATUS_RUNS = 2;
const CHECKS = { usual: 100, most: 1000, daysBack: 14 };
const INCIDENTS = { usual: 50, most: 200 };
const DAY_MS = 86_400_000;

const log = logAt('error');

/** The API and the status page: the same app in Lambda and on a laptop. It reads, and takes commands of people. */
export function webApp(ports: WebPorts): Hono {
  const app = new Hono();
  mountApi(app, ports);
  mountCommands(app, ports);
  mountSilences(app, ports);
  mountAcknowledge(app, ports);
  mountHooks(app, ports);
  mountPages(app, ports);
  app.on(['POST', 'PUT', 'PATCH', 'DELETE'], '*', context => {
    const detail = 'This address can only be read.';
    return problem(context, { status: 405, title: 'Method not allowed', detail }, { allow: 'GET, HEAD' });
  });
  app.notFound(context => missing(context, 'page or resource'));
  app.onError((error, context) => {
    if (error instanceof RequestError) {
      return problem(context, { status: 400, title: 'Bad request', detail: error.message });
    }
    log('error', 'a request failed', {
      route: context.req.path
        .split('/')
        .slice(0, 3)
        .join('/')
        .replace(/^\/a\/.*/, '/a/'),
      error: `${error.name}: ${error.message}`,
    });
    return problem(context, {
      status: 500,
      title: 'Internal error',
      detail: 'It is our fault; try again in a minute.',
    });
  });
  return app;
}

function mountApi(app: Hono, ports: WebPorts): void {
  app.get('/api/v1/status', async context => {
    const { generatedAt, ...status } = statusView(await know(ports, STATUS_RUNS));
    return json(context, { status: status.status, generatedAt, monitors: status.monitors }, status);
  });
  app.get('/api/v1/services', async context => {
    return json(context, { services: serviceViews(await know(ports, STATUS_RUNS)) });
  });
  app.get('/api/v1/services/:id', async context => {
    const services = serviceViews(await know(ports, STATUS_RUNS));
    const service = services.find(({ id }) => id === context.req.param('id'));
    return service === undefined ? missing(context, 'service') : json(context, service);
  });
  app.get('/api/v1/monitors/:id', async context => {
    const monitors = serviceViews(await know(ports, STATUS_RUNS)).flatMap(service => service.monitors);
    const monitor = monitors.find(({ id }) => id === context.req.param('id'));
    return monitor === undefined ? missing(context, 'monitor') : json(context, monitor);
  });
  app.get('/api/v1/monitors/:id/checks', async context => {
    const found = findMonitor(ports, context.req.param('id'));
    return found === undefined ? missing(context, 'monitor') : checks(context, ports, found.monitor, found.service);
  });
  app.get('/api/v1/incidents', context => incidents(context, ports));
  app.get('/api/v1/incidents/:id', async context => {
    const incident = await incidentOf(ports, context.req.param('id'));
    return incident === undefined ? missing(context, 'incident') : json(context, incidentView(incident));
  });
}

function findMonitor(ports: WebPorts, id: string) {
  for (const service of ports.catalog.services) {
    const monitor = service.monitors.find(candidate => candidate.id === id);
    if (monitor !== undefined) return { service, monitor };
  }
  return undefined;
}

/** Results newest first; `next` is the cursor of the page behind, null on the last. */
async function checks(context: Context, ports: WebPorts, monitor: CatalogMonitor, service: CatalogService) {
  const now = ports.clock();
  const fromAt = instant('from', context.req.query('from'), now - DAY_MS);
  const toAt = instant('to', context.req.query('to'), now + 1);
  const beforeAt = Math.min(toAt, instant('cursor', context.req.query('cursor'), toAt), now + DAY_MS);
  const count = limit(context.req.query('limit'), CHECKS.usual, CHECKS.most);
  if (fromAt > toAt) throw new RequestError('from must not be after to');
  const oldestAt = now - CHECKS.daysBack * DAY_MS;
  const range = { fromAt: Math.max(fromAt, oldestAt), beforeAt, limit: count };
  const of = { id: monitor.id, shard: service.shard, intervalSeconds: monitor.intervalSeconds };
  const { results, nextBeforeAt } = await checksOf(ports, of, range);
  const next = nextBeforeAt === undefined ? null : new Date(nextBeforeAt).toISOString();
  return json(context, { monitor: monitor.id, checks: results.map(checkView), next });
}

async function incidents(context: Context, ports: WebPorts) {
  const state = oneOf('state', context.req.query('state'), ['open', 'all']);
  const count = limit(context.req.query('limit'), INCIDENTS.usual, INCIDENTS.most);
  const after = incidentCursor(context.req.query('cursor'));
  const found = await incidentList(ports, { state, limit: count + 1, after });
  const page = found.slice(0, count).map(incidentView);
  return json(context, { incidents: page, next: found.length > count ? (page.at(-1)?.id ?? null) : null });
}

/** The same words for what does not exist and for what is not shown. */
function missing(context: Context, what: string): Response {
  return problem(context, { status: 404, title: 'Not found', detail: `There is no such ${what}.` });
}

/** @param tagged what the ETag is made of: the body without what changes at every request. */
function json(context: Context, body: object, tagged: object = body): Response {
  const etag = `"${createHash('sha256').update(JSON.stringify(tagged)).digest('base64url').slice(0, 27)}"`;
  const headers = { etag, 'cache-control': 'no-cache', 'x-content-type-options': 'nosniff' };
  const known = context.req
    .header('if-none-match')
    ?.split(',')
    .map(tag => tag.trim().replace(/^W\//, ''));
  if (known?.includes(etag) || known?.includes('*')) return context.body(null, 304, headers);
  return context.body(JSON.stringify(body), 200, { ...headers, 'content-type': 'application/json; charset=utf-8' });
}
