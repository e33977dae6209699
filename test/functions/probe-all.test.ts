import { describe, expect, it } from 'vitest';
import type { Monitor } from '../../core/config/model.ts';
import type { Observation } from '../../core/observation.ts';
import { verdict } from '../../core/verdict.ts';
import { createProbe, type Probe } from '../../functions/adapters/probe/index.ts';
import { type ProbeLimits, probeAll } from '../../functions/probe-all.ts';
import type { SecretSource } from '../../functions/run-secrets.ts';
import { httpMonitor, tcpMonitor } from '../support/probe-monitors.ts';
import { httpTarget, rawHttpTarget, tcpTarget } from '../support/targets.ts';

const VAULT: Readonly<Record<string, string>> = { 'ssm:/shop/token': 'tok-1/ä &"x', 'secret:shop': 'sh0p-s3cret' };

/** Knows the vault, and counts who asks. */
function vault() {
  const asked: string[] = [];
  const secrets: SecretSource = {
    async resolve(kind, name) {
      asked.push(`${kind}:${name}`);
      const value = VAULT[`${kind}:${name}`];
      if (value === undefined)
        throw Object.assign(new Error('the message quotes sh0p-s3cret'), { name: 'ParameterNotFound' });
      return value;
    },
  };
  return { asked, secrets };
}

function run(
  monitors: readonly Monitor[],
  more: { probe?: Probe; secrets?: SecretSource } & Partial<ProbeLimits> = {},
) {
  const { probe = createProbe(), secrets = vault().secrets, deadlineAt = Date.now() + 10_000, ...limits } = more;
  return probeAll(monitors, { probe, verdict, secrets, clock: Date.now }, { deadlineAt, ...limits });
}

function seen(more: Partial<Observation> = {}): Observation {
  return { startedAt: 0, connected: true, status: 200, timings: { totalMs: 1 }, attempts: 1, ...more };
}

describe('the monitors of a run', () => {
  it('are answered in their order, each with its observation and verdict', async () => {
    const good = await httpTarget((_, response) => setTimeout(() => response.end(), 50));
    const bad = await httpTarget((_, response) => response.writeHead(500).end());
    const monitors = [
      httpMonitor(`http://127.0.0.1:${good.port}/`, { id: 'a' }),
      httpMonitor(`http://127.0.0.1:${bad.port}/`, { id: 'b' }),
      tcpMonitor(good.port, { id: 'c' }),
    ];
    const answers = await run(monitors);
    expect(answers.map(({ monitor }) => monitor)).toEqual(monitors);
    expect(answers.map(answer => answer.verdict.verdict)).toEqual(['up', 'down', 'up']);
    expect(answers.map(({ observation }) => observation.status)).toEqual([200, 500, undefined]);
  });

  it('of nothing, nothing comes', async () => {
    expect(await run([])).toEqual([]);
  });

  it('start no faster than they may', async () => {
    const startedAt: number[] = [];
    const probe: Probe = async () => {
      startedAt.push(performance.now());
      return seen();
    };
    await run(
      Array.from({ length: 40 }, () => tcpMonitor(1)),
      { probe, startsPerSecond: 100 },
    );
    const spanMs = (startedAt.at(-1) ?? 0) - (startedAt[0] ?? 0);
    expect(spanMs).toBeGreaterThan(360);
    expect(spanMs).toBeLessThan(700);
  });

  it('do not suffer from a neighbour whose probe or verdict breaks', async () => {
    const probe: Probe = async monitor => {
      if (monitor.id === 'broken') throw new Error('out of cheese');
      return seen();
    };
    const judge: typeof verdict = (monitor, observation) => {
      if (monitor.id === 'puzzling') throw new Error('hm');
      return verdict(monitor, observation);
    };
    const monitors = ['broken', 'fine', 'puzzling'].map(id => httpMonitor('http://127.0.0.1/', { id }));
    const ports = { probe, verdict: judge, secrets: vault().secrets, clock: Date.now };
    const answers = await probeAll(monitors, ports, { deadlineAt: Date.now() + 5_000 });
    expect(answers.map(answer => answer.verdict.verdict)).toEqual(['down', 'up', 'unknown']);
    expect(answers[0]?.observation.failure).toEqual({ reason: 'protocol', detail: 'could not ask: out of cheese' });
    expect(answers[2]?.verdict.reasons).toEqual(['could not be judged: hm']);
  });
});

describe('retries inside the run', () => {
  function failing(times: number) {
    let asked = 0;
    const probe: Probe = async () => seen({ status: ++asked <= times ? 500 : 200 });
    return { probe, asked: () => asked };
  }

  it('ask again while the verdict is down, and the last attempt counts', async () => {
    const { probe } = failing(1);
    const [answer] = await run([httpMonitor('http://127.0.0.1/', { retries: 2 })], { probe });
    expect(answer).toMatchObject({ verdict: { verdict: 'up' }, observation: { attempts: 2 } });
  });

  it('end when they are used up', async () => {
    const { probe, asked } = failing(9);
    const [answer] = await run([httpMonitor('http://127.0.0.1/', { retries: 1 })], { probe });
    expect(answer).toMatchObject({ verdict: { verdict: 'down' }, observation: { attempts: 2 } });
    expect(asked()).toBe(2);
  });

  it('do not happen without being asked for', async () => {
    const { probe, asked } = failing(9);
    await run([httpMonitor('http://127.0.0.1/')], { probe });
    expect(asked()).toBe(1);
  });

  it('do not happen when there is no time, and what was measured is kept', async () => {
    const { probe, asked } = failing(9);
    const [answer] = await run([httpMonitor('http://127.0.0.1/', { retries: 5 })], {
      probe,
      deadlineAt: Date.now() + 300,
    });
    expect(answer).toMatchObject({ verdict: { verdict: 'down' }, observation: { status: 500, attempts: 1 } });
    expect(asked()).toBe(1);
  });

  it('that the end of the run cuts short leave what was measured before', async () => {
    let asked = 0;
    const { port } = await httpTarget((_, response) => {
      if (asked++ === 0) response.writeHead(500).end();
    });
    const monitor = httpMonitor(`http://127.0.0.1:${port}/`, { retries: 5 });
    const [answer] = await run([monitor], { deadlineAt: Date.now() + 900 });
    expect(asked).toBe(2);
    expect(answer).toMatchObject({ verdict: { verdict: 'down' }, observation: { status: 500, attempts: 1 } });
  });
});

describe('failure 34: time runs out in the middle of a run', () => {
  it('the rest is unknown, not down, and what was measured is kept', async () => {
    const quick = await httpTarget((_, response) => response.end());
    const silent = await rawHttpTarget(() => {});
    const monitors = [
      httpMonitor(`http://127.0.0.1:${quick.port}/`),
      httpMonitor(`http://127.0.0.1:${silent.port}/`),
      ...Array.from({ length: 20 }, () => httpMonitor(`http://127.0.0.1:${quick.port}/`)),
    ];
    const beganMs = performance.now();
    const answers = await run(monitors, { startsPerSecond: 20, deadlineAt: Date.now() + 400 });
    expect(performance.now() - beganMs).toBeLessThan(650);
    const words = answers.map(answer => answer.verdict.verdict);
    expect(words.slice(0, 3)).toEqual(['up', 'unknown', 'up']);
    expect(words.at(-1)).toBe('unknown');
    expect(words).not.toContain('down');
    expect(answers.at(-1)?.observation).toMatchObject({ failure: { reason: 'not-measured' }, attempts: 0 });
  });

  it('a probe that never comes back does not hold up the run', async () => {
    const probe: Probe = () => new Promise(() => {});
    const [answer] = await run([tcpMonitor(1)], { probe, deadlineAt: Date.now() + 100 });
    expect(answer?.verdict.verdict).toBe('unknown');
  });

  it('a run that is over before it begins asks nobody', async () => {
    const target = await httpTarget((_, response) => response.end());
    const monitors = [httpMonitor(`http://127.0.0.1:${target.port}/`), tcpMonitor(target.port)];
    const answers = await run(monitors, { deadlineAt: Date.now() - 1 });
    expect(answers.map(({ observation }) => observation.failure?.reason)).toEqual(['not-measured', 'not-measured']);
    expect(target.connections()).toBe(0);
  });
});

describe('references to secrets', () => {
  const TOKEN = '${ssm:/shop/token}';
  const PASSWORD = '${secret:shop}';

  it('are filled in where the target sees them, each read once a run', async () => {
    const got: string[] = [];
    const { port } = await httpTarget((request, response) => {
      got.push(`${request.url} ${request.headers['x-api-key']}`);
      response.end();
    });
    const { asked, secrets } = vault();
    const target = `http://127.0.0.1:${port}/?t=${TOKEN}`;
    await run(
      [1, 2, 3].map(() => httpMonitor(target, { headers: { 'x-api-key': PASSWORD } })),
      { secrets },
    );
    expect(new Set(got)).toEqual(new Set([`/?t=${encodeURIComponent(VAULT['ssm:/shop/token'] ?? '')} sh0p-s3cret`]));
    expect([...asked].sort()).toEqual(['secret:shop', 'ssm:/shop/token']);
  });

  it('that cannot be read make the monitor unknown, name the reference and never quote the vault', async () => {
    const target = await httpTarget((_, response) => response.end());
    const headers = { authorization: '${ssm:/gone}' };
    const url = `http://127.0.0.1:${target.port}/`;
    const [answer, neighbour] = await run([httpMonitor(url, { headers }), httpMonitor(url)]);
    expect(answer?.verdict.verdict).toBe('unknown');
    expect(answer?.observation.failure).toEqual({
      reason: 'secret',
      detail: '${ssm:/gone} could not be read (ParameterNotFound)',
    });
    expect(neighbour?.verdict.verdict).toBe('up');
    expect(target.connections()).toBe(1);
  });

  it('failure 33: a target that repeats all it was told gives nothing away', async () => {
    const { port } = await httpTarget(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      const told = `${request.headers.authorization} ${request.headers['x-api-key']} ${request.url} ${body}`;
      response.setHeader('x-echo', String(request.headers['x-api-key']));
      response.end(JSON.stringify({ told, again: Buffer.from('sh0p-s3cret').toString('base64') }));
    });
    const echo = await tcpTarget(socket => socket.on('data', chunk => socket.end(chunk)));
    const answers = await run([
      httpMonitor(`http://me:${PASSWORD}@127.0.0.1:${port}/${TOKEN}`, {
        method: 'POST',
        headers: { 'x-api-key': PASSWORD },
        body: `{"token":"${TOKEN}"}`,
      }),
      tcpMonitor(echo.port, { send: PASSWORD, expect: 'something else' }),
    ]);
    const text = JSON.stringify(answers);
    expect(answers[0]?.observation.body).toContain(PASSWORD);
    expect(answers[1]?.observation.body).toBe(PASSWORD);
    for (const value of Object.values(VAULT)) {
      const forms = [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value)];
      const base64 = [value, `me:${value}`].map(plain => Buffer.from(plain).toString('base64'));
      for (const form of [...forms, ...base64]) expect(text).not.toContain(form);
    }
  });

  it('failure 33: a body that is cut in the middle of a secret does not show its first half', async () => {
    const { port } = await httpTarget((request, response) => {
      response.end(`${'x'.repeat(65_536 - 6)}${request.headers['x-api-key']} and more`);
    });
    const [answer] = await run([httpMonitor(`http://127.0.0.1:${port}/`, { headers: { 'x-api-key': PASSWORD } })]);
    expect(answer?.observation.bodyTruncated).toBe(true);
    expect(answer?.observation.body).toBe('x'.repeat(65_536 - 6));
  });
});
