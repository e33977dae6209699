import type { TlsMonitor } from '../../../core/config/model.ts';
import { connect } from './connect.ts';
import { handshake } from './handshake.ts';
import type { Network, Prober } from './prober.ts';
import { canonicalHost } from './resolve.ts';

/** Shakes hands and reads the certificate; nothing else is sent over the connection. */
export function tlsProber(network: Network): Prober<TlsMonitor> {
  return async (monitor, attempt) => {
    const host = canonicalHost(monitor.host) ?? monitor.host;
    const addresses = await network.addressesOf(host, attempt);
    if (addresses.failure) return addresses.failure;
    const socket = await connect(addresses.value, monitor.port, attempt);
    if (socket.failure) return socket.failure;
    const { insecureTls } = monitor;
    const secured = await handshake(
      socket.value,
      { host, secureContext: network.secureContext(), insecureTls },
      attempt,
    );
    if (secured.failure) return secured.failure;
    // Ended in order, so that the server does not log a broken handshake for every probe.
    await new Promise<void>(resolve => secured.value.end(resolve));
    return undefined;
  };
}
