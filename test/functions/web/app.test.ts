import { beforeEach, describe, expect, it } from 'vitest';
import { toCatalog } from '../../../core/catalog.ts';
import type { CheckView, IncidentView, MonitorView, ServiceView } from '../../../core/status.ts';
import { webApp } from '../../../functions/web/app.ts';
import { httpMonitor, MINUTE, START, service } from '../../support/monitoring.ts';
import { type World, world } from '../../support/world.ts';

const HOSTILE = '<script>alert(1)</script>';
const shop = service('shop', [
  httpMonitor('web', { headers: { Authorization: '${ssm:/shop/token}' }, name: HOSTILE }),
  httpMonitor('queue'),
]);

let there: World;
let app: ReturnType<typeof webApp>;
const get = (path: string, headers: Record<string, string> = {}) => app.request(path, { headers });
/** The parts of the answers, each in those that have it. */
interface Answer {
  readonly status: string;
  readonly monitor: string;
  readonly monitors: readonly MonitorView[];
  readonly services: readonly ServiceView[];
  readonly checks: readonly CheckView[];
  readonly incidents: readonly IncidentView[];
  readonly next: string | null;
  readonly detail: string;
}
const json = async (path: string) => (await get(path)).json() as Promise<Answer>;

/** Six minutes: the first two up, then the monitor web is down. */
beforeEach(async () => {
  there = world([{ ...shop, name: 'Shop', group: 'storefront' }, service('search')]);
  for (let minute = 0; minute < 6; minute++) {
    if (minute === 2) there.targets.set('web', 'd');
    await there.run(minute);
  }
  const catalog = toCatalog(there.config);
  app = webApp({
    store: there.store,
    clock: () => there.now,
    catalog,
    runEverySeconds: 60,
    linkKey: async () => 'key',
    hookSecret: async () => undefined,
  });
});

describe('GET /api/v1/status', () => {
  it('answers what is up, with the worst as the whole', async () => {
    expect(await json('/api/v1/status')).toEqual({
      status: 'down',
      generatedAt: '2026-11-20T10:05:00.000Z',
      monitors: [
        {
          id: 'web',
          name: HOSTILE,
          group: 'storefront',
          service: 'shop',
          kind: 'http',
          status: 'down',
          since: '2026-11-20T10:02:00.000Z',
          lastCheckedAt: '2026-11-20T10:05:00.000Z',
          latencyMs: 12.3,
          reason: '[STATUS] within 200–399 (was 503)',
          incidentId: 'shop-20261120T100400Z',
        },
        expect.objectContaining({ id: 'queue', status: 'up', reason: null, incidentId: null }),
        expect.objectContaining({ id: 'search', service: 'search', group: null, status: 'up' }),
      ],
    });
  });

  it('is unknown when the runs have stopped', async () => {
    there.now += 20 * MINUTE;
    const { status, monitors } = await json('/api/v1/status');
    expect(status).toBe('unknown');
    expect(monitors[1]).toMatchObject({
      status: 'unknown',
      reason: 'not checked for too long: are the runs going on?',
    });
  });

  it('is unknown before the first run', async () => {
    const catalog = toCatalog(there.config);
    app = webApp({
      store: world([]).store,
      clock: () => START,
      catalog,
      runEverySeconds: 60,
      linkKey: async () => 'key',
      hookSecret: async () => undefined,
    });
    expect(await json('/api/v1/status')).toMatchObject({ status: 'unknown' });
    expect((await json('/api/v1/status')).monitors[0]).toMatchObject({ since: null, reason: 'not checked yet' });
  });

  it('answers 304 to the ETag it gave, as long as nothing but the time changed', async () => {
    const etag = (await get('/api/v1/status')).headers.get('etag') ?? '';
    there.now += 1000;
    const again = await get('/api/v1/status', { 'if-none-match': `"other", W/${etag}` });
    expect([again.status, await again.text()]).toEqual([304, '']);
    await there.run(6);
    expect((await get('/api/v1/status', { 'if-none-match': etag })).status).toBe(200);
  });
});

describe('services and monitors', () => {
  it('GET /api/v1/services lists them with their monitors', async () => {
    const { services } = await json('/api/v1/services');
    expect(services.map(({ id, status, monitors }) => [id, status, monitors.length])).toEqual([
      ['shop', 'down', 2],
      ['search', 'up', 1],
    ]);
  });

  it('GET /api/v1/services/{id} and /monitors/{id} answer one', async () => {
    expect(await json('/api/v1/services/shop')).toMatchObject({ id: 'shop', incidentId: 'shop-20261120T100400Z' });
    expect(await json('/api/v1/monitors/queue')).toMatchObject({ id: 'queue', service: 'shop', status: 'up' });
  });
});

describe('GET /api/v1/monitors/{id}/checks', () => {
  const at = (check: CheckView) => check.at.slice(11, 16);

  it('lists results newest first', async () => {
    const { monitor, checks, next } = await json('/api/v1/monitors/web/checks');
    expect([monitor, next]).toEqual(['web', null]);
    expect(checks.map(at)).toEqual(['10:05', '10:04', '10:03', '10:02', '10:01', '10:00']);
    expect(checks[0]).toEqual({
      at: '2026-11-20T10:05:00.000Z',
      status: 'down',
      latencyMs: 12.3,
      phases: { connectMs: 2 },
      reasons: ['[STATUS] within 200–399 (was 503)'],
    });
  });

  it('pages by a cursor, without a gap or a repeat', async () => {
    const seen: string[] = [];
    let path = '/api/v1/monitors/web/checks?limit=4';
    for (;;) {
      const { checks, next } = await json(path);
      seen.push(...checks.map(at));
      if (next === null) break;
      path = `/api/v1/monitors/web/checks?limit=4&cursor=${next}`;
    }
    expect(seen).toEqual(['10:05', '10:04', '10:03', '10:02', '10:01', '10:00']);
  });

  it('leaps from result to result of a monitor of a long interval', async () => {
    const hourly = service('rare', [httpMonitor('rare', { intervalSeconds: 3600 })]);
    there = world([hourly]);
    for (let minute = 0; minute < 300; minute++) await there.run(minute);
    let reads = 0;
    const store = {
      ...there.store,
      async runs(...range: Parameters<typeof there.store.runs>) {
        const found = await there.store.runs(...range);
        reads += found.length;
        return found;
      },
    };
    const catalog = toCatalog(there.config);
    app = webApp({
      store,
      clock: () => there.now,
      catalog,
      runEverySeconds: 60,
      linkKey: async () => 'key',
      hookSecret: async () => undefined,
    });
    const { checks, next } = await json('/api/v1/monitors/rare/checks');
    expect([checks.length, next]).toEqual([there.probed.length, null]);
    expect(reads).toBeLessThan(10);
    expect(checks.length).toBeGreaterThanOrEqual(5);
  });

  it('takes a time without a zone as UTC', async () => {
    const range = 'from=2026-11-20T10:01&to=2026-11-20T10:02';
    expect((await json(`/api/v1/monitors/web/checks?${range}`)).checks.map(at)).toEqual(['10:01']);
  });

  it('takes a range: from included, to excluded', async () => {
    const range = 'from=2026-11-20T10:01:00Z&to=2026-11-20T10:03:00Z';
    expect((await json(`/api/v1/monitors/web/checks?${range}`)).checks.map(at)).toEqual(['10:02', '10:01']);
  });
});

describe('incidents', () => {
  it('GET /api/v1/incidents lists the open ones, with state=all the others too', async () => {
    const ids = async (query: string) =>
      (await json(`/api/v1/incidents${query}`)).incidents.map(({ id, state }) => `${id} ${state}`);
    expect(await ids('')).toEqual(['shop-20261120T100400Z triggered']);
    there.targets.clear();
    for (const minute of [6, 7]) await there.run(minute);
    expect(await ids('')).toEqual([]);
    expect(await ids('?state=all')).toEqual(['shop-20261120T100400Z resolved']);
  });

  it('GET /api/v1/incidents/{id} tells its alerts and its timeline', async () => {
    expect(await json('/api/v1/incidents/shop-20261120T100400Z')).toMatchObject({
      service: 'shop',
      name: 'Shop',
      severity: 'error',
      openedAt: '2026-11-20T10:04:00.000Z',
      resolvedAt: null,
      alerts: [{ monitor: 'web', since: '2026-11-20T10:02:00.000Z' }],
      timeline: [{ event: 'opened' }, { event: 'paged', text: 'opened to topic: taken' }],
    });
  });

  it('pages by a cursor over states and records, newest first', async () => {
    let minute = 6;
    for (const letter of 'uudduudduudddd') {
      there.targets.set('web', letter === 'd' ? 'd' : 'u');
      await there.run(minute++);
      if (letter === 'd') await there.run(minute++);
    }
    const all = (await json('/api/v1/incidents?state=all')).incidents.map(({ id }) => id);
    expect(all.length).toBeGreaterThan(2);
    const seen: string[] = [];
    expect((await json(`/api/v1/incidents?state=open&limit=1&cursor=${all.at(-1)}`)).incidents).toEqual([]);
    let path = '/api/v1/incidents?state=all&limit=1';
    for (;;) {
      const { incidents, next } = await json(path);
      seen.push(...incidents.map(({ id }) => id));
      if (next === null) break;
      path = `/api/v1/incidents?state=all&limit=1&cursor=${next}`;
    }
    expect(seen).toEqual(all);
  });
});

describe('errors', () => {
  it.each([
    '/api/v1/monitors/none',
    '/api/v1/monitors/none/checks',
    '/api/v1/services/none',
    '/api/v1/incidents/none',
    '/api/v1/incidents/shop-20200101T000000Z',
    '/api/v2',
    '/none',
  ])('%s is not found, as a problem', async path => {
    const response = await get(path);
    expect([response.status, response.headers.get('content-type')]).toEqual([404, 'application/problem+json']);
    expect(await response.json()).toMatchObject({
      type: 'about:blank',
      title: 'Not found',
      status: 404,
      instance: path,
    });
  });

  it.each([
    ['/api/v1/monitors/web/checks?from=yesterday', 'from must be an ISO 8601 time such as 2026-11-20T10:03:00Z'],
    ['/api/v1/monitors/web/checks?limit=0', 'limit must be a whole number from 1 to 1000'],
    ['/api/v1/monitors/web/checks?limit=1e9', 'limit must be a whole number from 1 to 1000'],
    ['/api/v1/monitors/web/checks?cursor=x', 'cursor must be an ISO 8601 time such as 2026-11-20T10:03:00Z'],
    ['/api/v1/monitors/web/checks?from=2026-11-21&to=2026-11-20', 'from must not be after to'],
    ['/api/v1/incidents?state=closed', 'state must be one of open, all'],
    ['/api/v1/incidents?state=all&cursor=', 'cursor must be what "next" of the page before said'],
    ['/api/v1/incidents?state=all&cursor=!', 'cursor must be what "next" of the page before said'],
  ])('%s is a bad request that says what to write', async (path, detail) => {
    const response = await get(path);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ detail });
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE'])('%s is not allowed, and said so', async method => {
    const response = await app.request('/api/v1/status', { method });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  it.each([
    'from=2026-11-20T09:00:00Z&cursor=2026-11-20T08:00:00Z',
    'from=2026-11-05&to=2026-11-06T05:00:00Z',
    'from=2020-01-01&to=2020-02-01',
  ])('an empty range (%s) is an empty answer', async range => {
    expect(await json(`/api/v1/monitors/web/checks?${range}`)).toMatchObject({ checks: [], next: null });
  });

  it('of our own show nothing of our insides', async () => {
    const broken = { ...there.store, states: () => Promise.reject(new Error('table tocsin-xyz is away')) };
    const catalog = toCatalog(there.config);
    app = webApp({
      store: broken,
      clock: () => there.now,
      catalog,
      runEverySeconds: 60,
      linkKey: async () => 'key',
      hookSecret: async () => undefined,
    });
    const response = await get('/api/v1/status');
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('tocsin-xyz');
  });
});

describe('the pages', () => {
  it('tell the overall state in a sentence, and the incident', async () => {
    const page = await (await get('/')).text();
    expect(page).toContain('<h1>1 service of 2 down</h1>');
    expect(page).toContain('href="/i/shop-20261120T100400Z"');
    expect(page).toContain('up in 2 of the last 6 checks');
  });

  it.each(['/', '/i/shop-20261120T100400Z'])('%s escapes what others wrote (failure 26)', async path => {
    const page = await (await get(path)).text();
    expect(page).not.toContain(HOSTILE);
    expect(page).toContain('&lt;script&gt;');
  });

  it('let nothing load, run or frame', async () => {
    const policy = (await get('/')).headers.get('content-security-policy');
    expect(policy).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; base-uri 'none'; form-action 'none'; frame-/,
    );
  });

  it('say of an incident that is not there that it is not there', async () => {
    expect((await get('/i/none-20200101T000000Z')).status).toBe(404);
  });
});

it('nothing of the configuration beyond names is in any answer', async () => {
  const paths = ['/', '/api/v1/status', '/api/v1/services', '/api/v1/monitors/web/checks', '/i/shop-20261120T100400Z'];
  for (const path of [...paths, '/api/v1/incidents', '/api/v1/incidents/shop-20261120T100400Z']) {
    const answer = await (await get(path)).text();
    expect(answer, path).not.toMatch(/ssm:|Authorization|example\/health/i);
  }
});
