import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A TCP proxy before the API server. Its connections can be broken, or go dead without being closed. */
export interface ApiServerProxy extends AsyncDisposable {
  /** Path of a kubeconfig that leads through it. */
  readonly kubeconfig: string;
  readonly connections: () => number;
  /** Open connections stay open and carry nothing any more, in either direction; new connections work. */
  readonly freeze: () => void;
  /** Breaks all connections; new ones wait until `fix`. */
  readonly hold: () => void;
  readonly fix: () => void;
}

export async function startProxy(apiServerPort: number, kubeconfig: string): Promise<ApiServerProxy> {
  const wires = new Set<{ readonly near: Socket; readonly far: Socket }>();
  let waiting: Socket[] | undefined;
  const carry = (near: Socket): void => {
    const far = connect({ host: '127.0.0.1', port: apiServerPort });
    const wire = { near, far };
    wires.add(wire);
    const end = (): void => {
      near.destroy();
      far.destroy();
      wires.delete(wire);
    };
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const)
      from
        .on('error', end)
        .on('close', end)
        .on('data', (data) => void to.write(data));
  };
  const server = createServer((near) => (waiting ? waiting.push(near) : carry(near)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  const config = JSON.parse(readFileSync(kubeconfig, 'utf8'));
  config.clusters[0].cluster.server = `https://127.0.0.1:${port}`;
  const through = `${kubeconfig}.through-${port}`;
  writeFileSync(through, JSON.stringify(config), { mode: 0o600 });

  const breakAll = (): void => {
    for (const { near } of wires) near.destroy();
  };
  return {
    kubeconfig: through,
    connections: () => wires.size,
    freeze() {
      for (const { near, far } of wires)
        for (const socket of [near, far]) socket.removeAllListeners('data').pause();
    },
    hold() {
      waiting = [];
      breakAll();
    },
    fix() {
      const held = waiting ?? [];
      waiting = undefined;
      for (const near of held) carry(near);
    },
    [Symbol.asyncDispose]: async () => {
      breakAll();
      server.close();
      await once(server, 'close');
    },
  };
}
