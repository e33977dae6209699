import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { DEMO_PORT } from '../../local/demo.ts';
import { close, listen } from '../../local/listen.ts';
import { makeAuthority, makeLeaf } from '../support/certificates.ts';
import { addressBook, dnsServer } from '../support/dns-server.ts';
import { eventually, type LaptopProcess, outcomeOf, runScript, startLaptopProcess } from '../support/laptop-process.ts';
import { httpTarget, tcpTarget, tlsTarget } from '../support/targets.ts';

const directory = mkdtempSync(join(tmpdir(), 'tocsin-laptop-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

let running: LaptopProcess | undefined;
afterEach(() => {
  running?.process.kill('SIGKILL');
  running = undefined;
});
const start = async (args: readonly string[], env?: Record<string, string>) => {
  running = await startLaptopProcess(args, env);
  return running;
};

describe('the shipped configuration and the demo', () => {
  it('a demo outage is one page, its end is one resolve, and API and page tell the same; a restart remembers', async () => {
    const { config, port } = await shippedOnFreePorts();
    const args = [
      '--config',
      config,
      '--demo-port',
      port,
      '--every',
      '0.5',
      '--port',
      '0',
      '--data',
      join(directory, 'data'),
    ];
    let laptop = await start(args);
    expect(laptop.startedWithinMs).toBeLessThan(10_000);
    await eventually(async () => expect((await laptop.status()).status).toBe('up'));
    expect(await laptop.page('/')).toContain('All 3 services are up');

    await laptop.fault('checkout', 'down');
    await eventually(async () => expect(await laptop.outbox()).toHaveLength(1));
    const [opened] = await laptop.outbox();
    expect(opened?.subject).toBe('DOWN Checkout / Checkout API: [STATUS] == 200 (was 503)');
    expect(opened?.attributes).toMatchObject({ severity: 'critical', service: 'checkout', event: 'opened' });
    expect(await laptop.monitor('checkout-api')).toMatchObject({ status: 'down', reason: '[STATUS] == 200 (was 503)' });
    expect(await laptop.monitor('payment-queue')).toMatchObject({ status: 'up', incidentId: null });
    expect(await laptop.page('/')).toContain('1 service of 3 down');
    const [incident] = await laptop.incidents();
    expect(await laptop.page(`/i/${incident?.id}`)).toContain('[STATUS] == 200 (was 503)');

    expect(await laptop.interrupt()).toBe(0);
    await expect(fetch(laptop.url)).rejects.toThrow('fetch failed');
    laptop = await start(args);
    expect(await laptop.outbox()).toHaveLength(1);
    expect((await laptop.incidents()).map(({ id, state }) => [id, state])).toEqual([[incident?.id, 'triggered']]);

    await laptop.fault('checkout', 'ok');
    await eventually(async () => expect(await laptop.outbox()).toHaveLength(2));
    expect((await laptop.outbox())[1]?.subject).toMatch(/^UP Checkout, was down for \d+s$/);
    await eventually(async () => expect((await laptop.incidents())[0]?.state).toBe('resolved'));
    await new Promise(resolve => setTimeout(resolve, 2000));
    expect(await laptop.outbox()).toHaveLength(2);
    expect(await laptop.page('/')).toContain('All 3 services are up');
    expect(await laptop.interrupt()).toBe(0);
  });
});

/** The shipped configuration with the demo on other ports, so that a demo that runs on this machine is left alone. */
async function shippedOnFreePorts(): Promise<{ config: string; port: string }> {
  const server = createServer();
  const port = await listen(server);
  await close(server);
  const shipped = readFileSync(join(import.meta.dirname, '../../monitors.yaml'), 'utf8');
  const config = join(directory, 'shipped.yaml');
  const moved = shipped.replace(/127\.0\.0\.1:(\d+)/g, (_, known) => `127.0.0.1:${port + Number(known) - DEMO_PORT}`);
  writeFileSync(config, moved);
  return { config, port: String(port) };
}

describe("a user's own targets", () => {
  it('are watched by http, tcp, tls and dns, each with its reason', async () => {
    const authority = makeAuthority('Test CA');
    const names = ['localhost'];
    const serve = (identity: ReturnType<typeof makeLeaf>) => tlsTarget(identity, socket => socket.end());
    const [good, expired, selfSigned, wrongHost, web, echo, dns] = await Promise.all([
      serve(makeLeaf({ names }, authority)),
      serve(makeLeaf({ names, validForDays: -3 }, authority)),
      serve(makeLeaf({ names })),
      serve(makeLeaf({ names: ['a.example'] }, authority)),
      httpTarget((_, response) => response.end('{"status":"UP"}')),
      tcpTarget(socket => socket.end('READY')),
      dnsServer(addressBook({ 'shop.test': ['192.0.2.7'] })),
    ]);
    const ca = join(directory, 'ca.pem');
    writeFileSync(ca, authority.pem);
    const config = join(directory, 'own.yaml');
    const tls = (id: string, port: number) => `  - {id: ${id}, kind: tls, target: "localhost:${port}"}\n`;
    writeFileSync(
      config,
      `defaults: {allowPrivate: true, failureThreshold: 2}
monitors:
  - {id: web, target: "http://127.0.0.1:${web.port}/", conditions: ["[BODY].status == UP"]}
  - {id: echo, kind: tcp, target: "127.0.0.1:${echo.port}", expect: READY}
${tls('good', good.port)}${tls('expired', expired.port)}${tls('self-signed', selfSigned.port)}${tls('wrong-host', wrongHost.port)}  - {id: name, kind: dns, target: shop.test, resolver: "${dns.address}", conditions: ["[BODY] == 192.0.2.7"]}
  - {id: no-name, kind: dns, target: none.test, resolver: "${dns.address}"}
`,
    );
    const laptop = await start(['--config', config, '--no-demo', '--every', '0.5', '--port', '0'], {
      NODE_EXTRA_CA_CERTS: ca,
    });
    await eventually(async () => {
      const monitors = (await laptop.status()).monitors.map(({ id, status, reason }) => [id, status, reason]);
      expect(monitors).toEqual([
        ['web', 'up', null],
        ['echo', 'up', null],
        ['good', 'up', null],
        ['expired', 'down', expect.stringContaining('certificate expired 3 days ago')],
        ['self-signed', 'down', expect.stringContaining('certificate is self-signed')],
        ['wrong-host', 'down', expect.stringContaining('certificate is for a.example, not localhost')],
        ['name', 'up', null],
        ['no-name', 'down', '[DNS_RCODE] == NOERROR (was NXDOMAIN)'],
      ]);
    });
    await eventually(async () => {
      const paged = (await laptop.outbox()).map(message => message.attributes.service);
      expect(paged.sort()).toEqual(['expired', 'no-name', 'self-signed', 'wrong-host']);
    });
    const check = await outcomeOf(runScript('local/check.ts', [config, '--json'], { NODE_EXTRA_CA_CERTS: ca }));
    expect(check.code).toBe(1);
    expect(JSON.parse(check.stdout).map((result: { verdict: string }) => result.verdict)).toEqual([
      'up',
      'up',
      'up',
      'down',
      'down',
      'down',
      'up',
      'down',
    ]);
    expect(await laptop.interrupt()).toBe(0);
  });
});

describe('a bad configuration', () => {
  it('is refused by validate, start, check and synth in the same words, and by none with a stack trace', async () => {
    const config = join(directory, 'bad.yaml');
    writeFileSync(
      config,
      'monitors:\n  - id: shop\n    target: https://shop.example\n    intervall: 5s\n    interval: 5s\n',
    );
    const context = JSON.stringify({ config });
    const outcomes = await Promise.all([
      outcomeOf(runScript('local/validate.ts', [config])),
      outcomeOf(runScript('local/start.ts', ['--config', config, '--no-demo', '--port', '0'])),
      outcomeOf(runScript('local/check.ts', [config])),
      outcomeOf(runScript('infra/app.ts', [], { CDK_CONTEXT_JSON: context, CDK_OUTDIR: join(directory, 'cdk.out') })),
    ]);
    const words = [
      `${config}:4:5 monitors[0].intervall is not known; did you mean interval?`,
      `${config}:5:5 monitors[0].interval must be at least 10s, got "5s"`,
    ];
    for (const { code, stderr } of outcomes) {
      expect(code).toBe(2);
      expect(stderr.trim().split('\n')).toEqual(words);
    }
  });

  it.each([
    ['--every', '0', '--every must be from 0.5 to 3600 seconds, got "0"'],
    ['--port', '99999', '--port must be from 0 to 65535, got "99999"'],
    ['--prot', '1', "Unknown option '--prot'"],
  ])('%s %s is bad input', async (option, value, words) => {
    const { code, stderr } = await outcomeOf(runScript('local/start.ts', [option, value]));
    expect(code).toBe(2);
    expect(stderr.split('\n')[0]).toBe(words);
  });

  it('a data directory that another process holds is said in plain words', async () => {
    const args = ['--no-demo', '--port', '0', '--data', join(directory, 'held')];
    await start(args);
    const second = await outcomeOf(runScript('local/start.ts', args));
    expect(second.code).toBe(1);
    expect(second.stderr).toMatch(/^It cannot go on with --data .*: it is in use by process \d+\n$/);
    expect(second.stderr).not.toMatch(/\n +at /);
  });
});

it('the commands explain themselves', async () => {
  for (const script of ['local/start.ts', 'local/check.ts', 'local/validate.ts', 'local/schema.ts']) {
    expect(existsSync(join(import.meta.dirname, '../..', script))).toBe(true);
    const { code, stdout, stderr } = await outcomeOf(runScript(script, ['--help']));
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^Usage: npm (run|start)/);
    expect(stdout).toContain('Exit status');
  }
});
