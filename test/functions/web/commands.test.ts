import { createHmac } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { toCatalog } from '../../../core/catalog.ts';
import type { IncidentView } from '../../../core/status.ts';
import { incidentOfToken, links, tokenFor } from '../../../functions/ack-link.ts';
import { webApp } from '../../../functions/web/app.ts';
import { MINUTE, service } from '../../support/monitoring.ts';
import { type World, world } from '../../support/world.ts';

const KEY = 'a key that signs links';
const HOOK = 'a key of PagerDuty';
const hookSecret = async (channel: string) => (channel === 'duty' ? HOOK : undefined);
const INCIDENT = 'shop-20261120T100200Z';
const DAY = 24 * 60 * MINUTE;

let there: World;
let app: ReturnType<typeof webApp>;

beforeEach(async () => {
  there = world([service('shop')]);
  there.targets.set('shop', 'd');
  for (let minute = 0; minute < 5; minute++) await there.run(minute);
  const catalog = toCatalog(there.config);
  app = webApp({
    store: there.store,
    clock: () => there.now,
    catalog,
    runEverySeconds: 60,
    linkKey: async () => KEY,
    hookSecret,
  });
});

const send = (path: string, body: unknown, method = 'POST') =>
  app.request(path, { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
/** The parts of the answers, each in those that have it. */
interface Answer {
  readonly id: string;
  readonly acknowledgedBy: string | null;
  readonly timeline: IncidentView['timeline'];
  readonly incidents: readonly IncidentView[];
  readonly silences: readonly object[];
  readonly detail: string;
}
const read = (response: Response) => response.json() as Promise<Answer>;
const incident = async () => read(await app.request(`/api/v1/incidents/${INCIDENT}`));

describe('commands', () => {
  it('acknowledge says who cares, once', async () => {
    const answers = [];
    for (const by of ['ada', 'bob']) {
      const response = await send(`/api/v1/incidents/${INCIDENT}/acknowledge`, { by });
      answers.push([response.status, (await read(response)).acknowledgedBy]);
    }
    expect(answers).toEqual([
      [200, 'ada'],
      [200, 'ada'],
    ]);
    expect(await incident()).toMatchObject({ state: 'acknowledged' });
  });

  it('resolve ends it; what still fails opens no new one', async () => {
    expect((await send(`/api/v1/incidents/${INCIDENT}/resolve`, { by: 'ada' })).status).toBe(200);
    for (let minute = 5; minute < 20; minute++) await there.run(minute);
    expect(await incident()).toMatchObject({ state: 'resolved' });
    expect(there.accepted.map(message => message.subject)).toEqual([
      'DOWN shop: [STATUS] within 200-399 (was 503)',
      'ENDED shop: resolved by ada',
    ]);
  });

  it('comment enters the timeline', async () => {
    await send(`/api/v1/incidents/${INCIDENT}/comment`, { by: 'ada', text: 'disk\nfull' });
    expect((await incident()).timeline.at(-1)).toMatchObject({ event: 'commented', text: 'ada: disk full' });
  });

  it('apply once when they race with runs and with each other', async () => {
    const path = `/api/v1/incidents/${INCIDENT}/acknowledge`;
    await Promise.all([there.run(5), ...['a', 'b', 'c'].map(by => send(path, { by })), there.run(6)]);
    const { timeline } = await incident();
    expect(timeline.filter(({ event }) => event === 'acknowledged')).toHaveLength(1);
  });

  it.each([
    ['an unknown incident', `/api/v1/incidents/none-20260101T000000Z/acknowledge`, {}, 404],
    ['an empty comment', `/api/v1/incidents/${INCIDENT}/comment`, { text: ' ' }, 409],
    ['a comment without text', `/api/v1/incidents/${INCIDENT}/comment`, {}, 400],
    ['a number for a name', `/api/v1/incidents/${INCIDENT}/acknowledge`, { by: 7 }, 400],
  ])('refuse %s', async (_, path, body, status) => {
    expect((await send(path, body)).status).toBe(status);
  });

  it('take JSON only, which a page of another origin cannot send unasked', async () => {
    const headers = { 'content-type': 'text/plain' };
    const response = await app.request(`/api/v1/incidents/${INCIDENT}/acknowledge`, {
      method: 'POST',
      headers,
      body: '{}',
    });
    expect(response.status).toBe(400);
  });
});

describe('the link in a message', () => {
  const link = `/a/${tokenFor(INCIDENT, KEY)}`;

  it('shows a button when it is looked at, and changes nothing: mail scanners follow links', async () => {
    const page = await (await app.request(link)).text();
    expect(page).toContain('<button>Acknowledge: I am on it</button>');
    expect(await incident()).toMatchObject({ state: 'triggered' });
  });

  it('acknowledges when the button is pressed, by the name that was given', async () => {
    const response = await app.request(link, { method: 'POST', body: new URLSearchParams({ by: 'Ada' }) });
    expect(await response.text()).toContain('Acknowledged. Reminders and escalation have stopped.');
    expect(await incident()).toMatchObject({ state: 'acknowledged', acknowledgedBy: 'Ada' });
    expect(await (await app.request(link)).text()).toContain('Ada has acknowledged it.');
  });

  it('says so when there is nothing to do any more', async () => {
    await app.request(link, { method: 'POST' });
    expect(await (await app.request(link, { method: 'POST' })).text()).toContain('Nothing to do');
  });

  it.each([
    ['forged', `/a/${INCIDENT}.AAAAAAAAAAAA`],
    ['of another incident', `/a/other-20261120T100200Z.${tokenFor(INCIDENT, KEY).split('.')[1]}`],
    ['without a signature', `/a/${INCIDENT}`],
    ['of an incident that is not there', `/a/${tokenFor('shop-20260101T000000Z', KEY)}`],
  ])('is refused when it is %s', async (_, path) => {
    for (const method of ['GET', 'POST']) expect((await app.request(path, { method })).status).toBe(404);
    expect(await incident()).toMatchObject({ state: 'triggered' });
  });

  it('ends after a week', () => {
    const openedAt = Date.parse('2026-11-20T10:02:00Z');
    const token = tokenFor(INCIDENT, KEY);
    expect(incidentOfToken(token, KEY, openedAt + 7 * DAY - 1)).toBe(INCIDENT);
    expect(incidentOfToken(token, KEY, openedAt + 7 * DAY)).toBeUndefined();
    expect(incidentOfToken(token, 'another key', openedAt)).toBeUndefined();
  });

  it('is left out of messages when there is no key to sign it with', () => {
    expect(links('https://status.example', undefined).acknowledge).toBeUndefined();
  });
});

describe('the webhook of PagerDuty', () => {
  const event = (type: string, key = INCIDENT) =>
    JSON.stringify({
      event: { event_type: type, agent: { type: 'user_reference', summary: 'Ada' }, data: { incident_key: key } },
    });
  const post = (body: string, signature: string, channel = 'duty') =>
    app.request(`/hooks/pagerduty/${channel}`, {
      method: 'POST',
      body,
      headers: { 'x-pagerduty-signature': signature },
    });
  const sign = (body: string, key = HOOK) => `v1=${createHmac('sha256', key).update(body).digest('hex')}`;

  it('acknowledges and resolves here what was acknowledged and resolved there', async () => {
    for (const [type, state] of [
      ['incident.acknowledged', 'acknowledged'],
      ['incident.resolved', 'resolved'],
    ] as const) {
      expect((await post(event(type), sign(event(type)))).status).toBe(202);
      expect(await incident()).toMatchObject({ state, acknowledgedBy: 'Ada (PagerDuty)' });
    }
  });

  it.each(['incident.annotated', 'incident.acknowledged'])('thanks for what asks nothing of us (%s)', async type => {
    const body = event(type, type === 'incident.acknowledged' ? 'not-ours' : INCIDENT);
    expect((await post(body, sign(body))).status).toBe(202);
    expect(await incident()).toMatchObject({ state: 'triggered' });
  });

  it.each([
    ['signed by another key', sign(event('incident.resolved'), 'another'), 'duty'],
    ['without a signature', '', 'duty'],
    ['of a channel that takes none', sign(event('incident.resolved')), 'chat'],
  ])('is refused when it is %s', async (_, signature, channel) => {
    expect((await post(event('incident.resolved'), signature, channel)).status).toBe(404);
    expect(await incident()).toMatchObject({ state: 'triggered' });
  });
});

describe('silences', () => {
  const wish = { match: { services: ['shop'] }, to: '2026-11-20T12:00:00Z', comment: 'new disks', author: 'ada' };

  it('are made, listed and taken back', async () => {
    const made = await send('/api/v1/silences', wish);
    const { id } = await read(made);
    expect([made.status, made.headers.get('location')]).toEqual([201, `/api/v1/silences/${id}`]);
    expect((await read(await app.request('/api/v1/silences'))).silences).toEqual([
      expect.objectContaining({ id, match: { services: ['shop'] }, to: '2026-11-20T12:00:00.000Z', author: 'ada' }),
    ]);
    const statuses = [];
    for (let time = 0; time < 2; time++) statuses.push((await send(`/api/v1/silences/${id}`, {}, 'DELETE')).status);
    expect(statuses).toEqual([204, 404]);
  });

  it('withhold the page until they end, and it leaves then if it is still down (failure 18)', async () => {
    there = world([service('shop')]);
    const catalog = toCatalog(there.config);
    app = webApp({
      store: there.store,
      clock: () => there.now,
      catalog,
      runEverySeconds: 60,
      linkKey: async () => KEY,
      hookSecret,
    });
    await there.run(0);
    there.targets.set('shop', 'd');
    await there.run(1);
    await send('/api/v1/silences', { ...wish, to: '2026-11-20T10:30:00Z' });
    for (let minute = 2; minute < 30; minute++) await there.run(minute);
    expect(there.accepted).toEqual([]);
    const [open] = (await read(await app.request('/api/v1/incidents'))).incidents;
    expect(open?.withheld).toBe('silenced by ada until 2026-11-20 10:30 UTC: new disks');
    await there.run(30);
    expect(there.accepted.map(message => message.subject.split(' ')[0])).toEqual(['DOWN']);
  });

  it.each([
    ['without an end', { ...wish, to: undefined }, /to is not as it should be/],
    ['longer than 30 days', { ...wish, to: '2026-12-21T00:00:00Z' }, /at most 30 days/],
    ['that is over', { ...wish, to: '2026-11-20T09:00:00Z' }, /after now/],
    ['of everything', { ...wish, match: {} }, /hides everything/],
    ['without a reason', { ...wish, comment: '' }, /comment/],
  ])('%s are refused (failure 18)', async (_, body, words) => {
    const response = await send('/api/v1/silences', body);
    expect(response.status).toBe(400);
    expect((await read(response)).detail).toMatch(words);
  });
});
