import type { Socket } from 'node:net';
import type { HttpMonitor } from '../../../core/config/model.ts';
import { connect } from './connect.ts';
import { exchange } from './exchange.ts';
import { handshake } from './handshake.ts';
import type { Attempt, Network, Outcome, Prober } from './prober.ts';
import { firstHop, isRedirect, nextHop } from './redirect.ts';
import { canonicalHost } from './resolve.ts';

/**
 * Asks by HTTP over a connection of its own, and follows as many redirects as the monitor allows. Every hop is looked
 * up, vetted and, over TLS, verified like the first.
 */
export function httpProber(network: Network): Prober<HttpMonitor> {
  return async (monitor, attempt) => {
    const first = firstHop(monitor);
    if (first.failure) return first.failure;
    let hop = first.value;
    const asked = new Set<string>();
    for (let followed = 0; ; followed++) {
      asked.add(`${hop.method} ${hop.url.href}`);
      forgetLastHop(attempt);
      const connection = await connectionTo(hop.url, monitor.insecureTls, network, attempt);
      if (connection.failure) return connection.failure;
      const answer = await exchange(connection.value, hop, monitor.redirects > 0, attempt);
      if (answer.failure) return answer.failure;
      const { status, location } = answer.value;
      if (monitor.redirects === 0 || !isRedirect(status, location)) return undefined;
      if (followed === monitor.redirects) {
        return { reason: 'redirect', detail: `redirected more often than the ${monitor.redirects} times allowed` };
      }
      const next = nextHop(hop, status, location);
      if (next.failure) return next.failure;
      hop = next.value;
      if (asked.has(`${hop.method} ${hop.url.href}`)) return { reason: 'redirect', detail: 'redirected in a loop' };
    }
  };
}

/** The phases and the answer told are those of the last hop. */
function forgetLastHop(attempt: Attempt): void {
  const { seen } = attempt;
  seen.connected = false;
  for (const key of ['dnsMs', 'connectMs', 'tlsMs', 'firstByteMs'] as const) delete seen.timings[key];
  for (const key of ['ip', 'status', 'headers', 'certificate'] as const) delete seen[key];
}

async function connectionTo(
  url: URL,
  insecureTls: boolean,
  network: Network,
  attempt: Attempt,
): Promise<Outcome<Socket>> {
  const isTls = url.protocol === 'https:';
  const host = canonicalHost(url.hostname) ?? url.hostname;
  const addresses = await network.addressesOf(host, attempt);
  if (addresses.failure) return addresses;
  const socket = await connect(addresses.value, Number(url.port || (isTls ? 443 : 80)), attempt);
  if (socket.failure || !isTls) return socket;
  const secureContext = network.secureContext();
  return handshake(socket.value, { host, secureContext, insecureTls, protocols: ['http/1.1'] }, attempt);
}
