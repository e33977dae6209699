import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { eventually, startLaptopProcess } from '../support/laptop-process.ts';
import { httpTarget } from '../support/targets.ts';

const directory = mkdtempSync(join(tmpdir(), 'tocsin-life-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

it('an outage pages, escalates, reminds, is acknowledged from the link, and resolves; the trail tells it', async () => {
  let healthy = true;
  const heard: { event: string; key: string }[] = [];
  const web = await httpTarget((_, response) => response.writeHead(healthy ? 200 : 503).end());
  const hook = await httpTarget((request, response) => {
    let body = '';
    request.on('data', chunk => {
      body += chunk;
    });
    request.on('end', () => {
      heard.push(JSON.parse(body));
      response.end();
    });
  });
  const config = join(directory, 'life.yaml');
  const many = Array.from({ length: 50 }, (_, index) => `  - {id: many-${index}, group: fleet, target: "WEB"}\n`).join(
    '',
  );
  writeFileSync(
    config,
    `channels: [{id: hook, type: webhook, url: "http://127.0.0.1:${hook.port}/", allowPrivate: true}]
defaults: {allowPrivate: true, failureThreshold: 2}
services: [{id: shop, severity: critical}]
routes:
  - {match: {service: shop}, remindEvery: 12m, escalate: [{after: 6m, to: [hook]}]}
monitors:
  - {id: web, service: shop, target: "WEB"}
${many}`.replaceAll('WEB', `http://127.0.0.1:${web.port}/`),
  );
  // A minute lasts half a second: escalation comes after three seconds, the reminder six after that.
  const laptop = await startLaptopProcess(['--config', config, '--no-demo', '--every', '0.5', '--port', '0']);
  try {
    await eventually(async () => expect((await laptop.status()).status).toBe('up'));
    healthy = false;
    const subjects = async () => (await laptop.outbox()).map(({ subject }) => subject);
    // The targets break while a run is at them, so the fleet may be told of in two runs; never by one page a service.
    const fleet = async () =>
      (await subjects())
        .flatMap(subject => /^DOWN (\d+) services of fleet: many-/.exec(subject)?.[1] ?? [])
        .map(Number);
    await eventually(async () => expect((await fleet()).reduce((sum, count) => sum + count, 0)).toBe(50));
    expect((await fleet()).length).toBeLessThanOrEqual(2);
    expect(await subjects()).toContain('DOWN shop / web: [STATUS] within 200-399 (was 503)');
    await eventually(async () => expect(heard.map(({ event }) => event)).toEqual(['escalated']));
    await eventually(async () => expect((await subjects()).at(-1)).toMatch(/^STILL DOWN shop \/ web for /), 15_000);

    const [, link] = /(http:\S+\/a\/\S+)/.exec((await laptop.outbox()).at(-1)?.email ?? '') ?? [];
    const body = new URLSearchParams({ by: 'Ada' });
    expect(await (await fetch(`${link}`, { method: 'POST', body })).text()).toContain('Acknowledged.');
    await eventually(async () => expect(heard.map(({ event }) => event)).toContain('acknowledged'));

    healthy = true;
    await eventually(async () => expect(await subjects()).toContainEqual(expect.stringMatching(/^UP shop, was down/)));
    await eventually(async () => expect(heard.at(-1)?.event).toBe('resolved'));
    const shop = (await laptop.incidents()).find(({ service }) => service === 'shop');
    expect(shop?.state).toBe('resolved');
    expect(shop?.timeline.map(({ event }) => event).filter(event => event !== 'paged')).toEqual(
      expect.arrayContaining(['opened', 'escalated', 'reminded', 'acknowledged', 'alert-left', 'resolved']),
    );
    expect(new Set(heard.map(({ key }) => key)).size).toBe(heard.length);
  } finally {
    await laptop.interrupt();
  }
});
