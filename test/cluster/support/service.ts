import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/**
 * What a Service is to the API server: one address, behind which each new connection goes to one of the endpoints in turn and
 * stays there. Like kube-proxy it never looks whether an endpoint lives, and tries no second one: a connection to a dead one fails.
 */
export interface Service extends AsyncDisposable {
  readonly port: number;
  /** Connections that exist go on when theirs is removed. */
  readonly add: (endpoint: number) => void;
  readonly remove: (endpoint: number) => void;
}

export async function startService(): Promise<Service> {
  let endpoints: readonly number[] = [];
  let turn = 0;
  const open = new Set<Socket>();
  const server = createServer((near) => {
    const endpoint = endpoints[turn++ % endpoints.length];
    if (endpoint === undefined) {
      near.resetAndDestroy();
      return;
    }
    const far = connect({ host: '127.0.0.1', port: endpoint });
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(from);
      from.setNoDelay();
      from.on('error', () => to.destroy());
      from.on('close', () => {
        open.delete(from);
        to.destroy();
      });
      from.pipe(to);
    }
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    add(endpoint) {
      endpoints = [...endpoints, endpoint];
    },
    remove(endpoint) {
      endpoints = endpoints.filter((other) => other !== endpoint);
    },
    [Symbol.asyncDispose]: async () => {
      server.close();
      for (const socket of open) socket.destroy();
      await once(server, 'close');
    },
  };
}
