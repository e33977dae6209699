import type { IncomingHttpHeaders } from 'node:http';
import { describe, expect, it } from 'vitest';
import { observe } from '../../../functions/adapters/probe/attempt.ts';
import { sharedSecureContext } from '../../../functions/adapters/probe/handshake.ts';
import { httpProber } from '../../../functions/adapters/probe/http.ts';
import { createProbe } from '../../../functions/adapters/probe/index.ts';
import type { Network } from '../../../functions/adapters/probe/prober.ts';
import { addressLookup } from '../../../functions/adapters/probe/resolve.ts';
import { makeAuthority, makeLeaf } from '../../support/certificates.ts';
import { httpMonitor } from '../../support/probe-monitors.ts';
import { httpsTarget, httpTarget } from '../../support/targets.ts';

const authority = makeAuthority('Test CA');
const identity = makeLeaf({ names: ['localhost', '127.0.0.1'] }, authority);
const expired = makeLeaf({ names: ['localhost', '127.0.0.1'], validForDays: -3 }, authority);
const probe = createProbe({ ca: [authority.pem] });

/** Redirects every path to `to`, and remembers what it was asked. */
async function redirector(status: number, to: string) {
  const asked: { method?: string; url?: string; headers: IncomingHttpHeaders; body: string }[] = [];
  const target = await httpTarget((request, response) => {
    let body = '';
    request.on('data', chunk => {
      body += chunk;
    });
    request.on('end', () => {
      asked.push({ method: request.method, url: request.url, headers: request.headers, body });
      if (request.url === '/end') response.end('arrived');
      else response.writeHead(status, { location: to }).end('moved');
    });
  });
  return { ...target, asked, origin: `http://127.0.0.1:${target.port}` };
}

describe('redirects are followed as far as the monitor allows', () => {
  it('with none allowed the redirect is the answer', async () => {
    const { origin } = await redirector(302, '/end');
    const observation = await probe(httpMonitor(`${origin}/`), {});
    expect(observation).toMatchObject({ status: 302, body: 'moved', headers: { location: '/end' } });
    expect(observation.failure).toBeUndefined();
  });

  it('the answer and the phases are those of the last hop, the total is that of all', async () => {
    const { origin, asked } = await redirector(301, '/end');
    const { status, body, timings } = await probe(httpMonitor(`${origin}/start`, { redirects: 1 }), {});
    expect({ status, body }).toEqual({ status: 200, body: 'arrived' });
    expect(asked.map(({ url }) => url)).toEqual(['/start', '/end']);
    expect(timings.totalMs).toBeGreaterThan((timings.connectMs ?? 0) + (timings.firstByteMs ?? 0));
  });

  it('a redirect without a place to go is the answer', async () => {
    const { port } = await httpTarget((_, response) => response.writeHead(301).end('where to?'));
    const observation = await probe(httpMonitor(`http://127.0.0.1:${port}/`, { redirects: 5 }), {});
    expect(observation).toMatchObject({ status: 301, body: 'where to?' });
    expect(observation.failure).toBeUndefined();
  });

  it.each([
    [301, 'POST', 'GET', ''],
    [302, 'POST', 'GET', ''],
    [303, 'POST', 'GET', ''],
    [303, 'PUT', 'GET', ''],
    [301, 'PUT', 'PUT', 'data'],
    [302, 'HEAD', 'HEAD', ''],
    [303, 'HEAD', 'HEAD', ''],
    [307, 'POST', 'POST', 'data'],
    [308, 'POST', 'POST', 'data'],
  ])('after %d a %s is repeated as %s', async (status, method, then, body) => {
    const { origin, asked } = await redirector(status, '/end');
    const withBody = method === 'HEAD' ? {} : { body: 'data', headers: { 'content-type': 'text/plain' } };
    await probe(httpMonitor(`${origin}/`, { method, redirects: 1, ...withBody }), {});
    expect(asked.at(-1)).toMatchObject({ method: then, url: '/end', body });
    expect('content-type' in (asked.at(-1)?.headers ?? {})).toBe(body !== '');
  });
});

describe('failure 21: each hop is checked, and secrets stay at home', () => {
  it('a loop is named', async () => {
    const { origin, asked } = await redirector(302, '/again');
    const { failure, status } = await probe(httpMonitor(`${origin}/`, { redirects: 5 }), {});
    expect(failure).toEqual({ reason: 'redirect', detail: 'redirected in a loop' });
    expect(status).toBe(302);
    expect(asked).toHaveLength(2);
  });

  it('a chain that is too long is named', async () => {
    let hop = 0;
    const { port } = await httpTarget((_, response) => response.writeHead(302, { location: `/${hop++}` }).end());
    const { failure } = await probe(httpMonitor(`http://127.0.0.1:${port}/`, { redirects: 3 }), {});
    expect(failure).toEqual({ reason: 'redirect', detail: 'redirected more often than the 3 times allowed' });
    expect(hop).toBe(4);
  });

  it('nothing leads from https to plain http', async () => {
    const plain = await httpTarget((_, response) => response.end());
    const location = `http://127.0.0.1:${plain.port}/`;
    const { port } = await httpsTarget(identity, (_, response) => response.writeHead(301, { location }).end());
    const { failure } = await probe(httpMonitor(`https://localhost:${port}/`, { redirects: 5 }), {});
    expect(failure).toEqual({
      reason: 'redirect',
      detail: `redirected from https to plain http on 127.0.0.1:${plain.port}`,
    });
    expect(plain.connections()).toBe(0);
  });

  it.each([
    ['file:///etc/passwd', 'redirected to an address that starts with file:'],
    ['javascript:alert(1)', 'redirected to an address that starts with javascript:'],
    ['http://[', 'redirected to something that is not an address'],
  ])('nothing leads to %s', async (location, detail) => {
    const { origin } = await redirector(302, location);
    expect((await probe(httpMonitor(`${origin}/`, { redirects: 5 }), {})).failure).toEqual({
      reason: 'redirect',
      detail,
    });
  });

  const SECRETS = {
    Authorization: 'Bearer s3cret',
    Cookie: 's=s3cret',
    'X-Api-Key': 's3cret',
    'Proxy-Authorization': 's3cret',
  };

  it('another origin is given no header that may be a secret', async () => {
    const other = await redirector(302, '/end');
    const { origin, asked } = await redirector(302, `${other.origin}/start`);
    const headers = { ...SECRETS, Accept: 'text/html', 'User-Agent': 'me' };
    const { body } = await probe(httpMonitor(`${origin}/`, { redirects: 5, headers }), {});
    expect(body).toBe('arrived');
    expect(JSON.stringify(asked)).toContain('s3cret');
    expect(other.asked).toHaveLength(2);
    expect(JSON.stringify(other.asked)).not.toContain('s3cret');
    expect(other.asked[0]?.headers).toMatchObject({ accept: 'text/html', 'user-agent': 'me' });
  });

  it('what was dropped on the way stays dropped when the way leads back', async () => {
    const way: { back?: string } = {};
    const seen: (string | undefined)[] = [];
    const home = await httpTarget((request, response) => {
      seen.push(request.headers.authorization);
      if (request.url === '/end') response.end('home');
      else response.writeHead(302, { location: way.back }).end();
    });
    const other = await redirector(302, `http://127.0.0.1:${home.port}/end`);
    way.back = `${other.origin}/`;
    await probe(httpMonitor(`http://127.0.0.1:${home.port}/`, { redirects: 5, headers: SECRETS }), {});
    expect(seen).toEqual(['Bearer s3cret', undefined]);
  });

  it('user and password of the address stay at home, and those of the redirect are not used', async () => {
    const other = await redirector(302, '/end');
    const { origin } = await redirector(302, other.origin.replace('//', '//eve:trap@'));
    await probe(httpMonitor(`${origin.replace('//', '//me:s3cret@')}/`, { redirects: 5 }), {});
    expect(other.asked.map(({ headers }) => headers.authorization)).toEqual([undefined, undefined]);
  });

  it('the same origin is given all of them again', async () => {
    const { origin, asked } = await redirector(302, '/end');
    await probe(httpMonitor(`${origin}/`, { redirects: 5, headers: SECRETS }), {});
    expect(asked.at(-1)?.headers).toMatchObject({ authorization: 'Bearer s3cret', 'x-api-key': 's3cret' });
  });

  it('a body does not travel to another origin', async () => {
    const other = await redirector(302, '/end');
    const { origin } = await redirector(307, `${other.origin}/start`);
    const { failure } = await probe(httpMonitor(`${origin}/`, { redirects: 5, method: 'POST', body: 's3cret' }), {});
    expect(failure).toMatchObject({ reason: 'redirect' });
    expect(other.asked).toEqual([]);
  });

  it('an expired certificate on a later hop is refused, and its expiry told', async () => {
    const last = await httpsTarget(expired, (_, response) => response.end());
    const location = `https://localhost:${last.port}/`;
    const { port } = await httpsTarget(identity, (_, response) => response.writeHead(302, { location }).end());
    const { failure, certificate, status } = await probe(
      httpMonitor(`https://localhost:${port}/`, { redirects: 5 }),
      {},
    );
    expect(failure).toEqual({ reason: 'tls', detail: 'certificate expired 3 days ago', code: 'CERT_HAS_EXPIRED' });
    expect(certificate?.trusted).toBe(false);
    expect(status).toBeUndefined();
  });

  it('failure 32: a redirect to a private address is refused, and so is a name that turned private since the last hop', async () => {
    const inside = await httpTarget((_, response) => response.end('metadata'));
    const places = [
      `http://127.0.0.1:${inside.port}/`,
      `http://[::ffff:7f00:1]:${inside.port}/`,
      `http://0x7f.1:${inside.port}/`,
    ];
    for (const location of [...places, `http://localhost:${inside.port}/`, '/rebound']) {
      const { port } = await httpTarget((_, response) => response.writeHead(302, { location }).end());
      const monitor = httpMonitor(`http://front.localhost:${port}/`, { redirects: 5, allowPrivate: false });
      const { failure } = await observe(monitor, {}, attempt => httpProber(onceVetted('127.0.0.1'))(monitor, attempt));
      expect(failure?.reason).toBe('denied');
    }
    expect(inside.connections()).toBe(0);
  });
});

/** The first look-up is answered as if the address were public; all later ones are the real ones. */
function onceVetted(address: string): Network {
  const real = addressLookup(undefined);
  let first = true;
  return {
    addressesOf: (host, attempt) => {
      if (!first) return real(host, attempt);
      first = false;
      return Promise.resolve({ value: [address] });
    },
    resolverServers: undefined,
    secureContext: sharedSecureContext([]),
  };
}
