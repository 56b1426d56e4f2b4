import type { AddressInfo, Server, Socket } from 'node:net';
import type { Log } from '../log.ts';

/** A server that listens, and how it ends. */
export interface Listening {
  readonly port: number;
  /** Takes no new connections; settles when the last one has ended. */
  readonly close: () => Promise<void>;
  /** Ends whatever is still open, at once. */
  readonly destroy: () => void;
}

export interface ListenOptions {
  readonly host: string | undefined;
  readonly port: number;
  /** The option that chose the port. */
  readonly option: string;
  readonly log: Log;
}

/** Rejects with words for whoever started the program. */
export function listen(server: Server, { host, port, option, log }: ListenOptions): Promise<Listening> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException): void => {
      const where = `${host ?? 'all addresses'}, port ${port}`;
      reject(new Error(`cannot listen on ${where}: ${inWords(error, option)}`, { cause: error }));
    };
    server.once('error', onError);
    // Without a host Node takes IPv6 and IPv4, or IPv4 alone where there is no IPv6.
    server.listen({ port, ...(host === undefined ? {} : { host }) }, () => {
      server.off('error', onError);
      // Such as too many open files: that ends one connection and not the server.
      server.on('error', (error) => log.error({ err: error }, 'connection not accepted'));
      resolve(listening(server));
    });
  });
}

const inWords = ({ code, message }: NodeJS.ErrnoException, option: string): string =>
  ({
    EADDRINUSE: `the port is in use; choose another with ${option}`,
    EACCES: `not permitted; choose a port above 1023 with ${option}`,
    EADDRNOTAVAIL: 'this machine has no such address; see --host',
    ENOTFOUND: 'this machine has no such address; see --host',
  })[code ?? ''] ?? message;

function listening(server: Server): Listening {
  // Node's own closeAllConnections leaves out those within their TLS handshake.
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () => new Promise((resolve) => server.close(() => resolve())),
    destroy() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
