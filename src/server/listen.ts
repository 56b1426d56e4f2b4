import type { AddressInfo, Server, Socket } from 'node:net';
import type { Log } from '../log.ts';

/** A listening server. */
export interface Listening {
  readonly port: number;
  /** Accepts no new connections; settles when the last one has ended. */
  readonly close: () => Promise<void>;
  /** Closes all connections at once. */
  readonly destroy: () => void;
}

export interface ListenOptions {
  readonly host: string | undefined;
  readonly port: number;
  /** The option that chose the port. */
  readonly option: string;
  readonly log: Log;
}

/** Starts to listen. Rejects with a message for the person who started the program. */
export function listen(server: Server, { host, port, option, log }: ListenOptions): Promise<Listening> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException): void => {
      const where = `${host ?? 'all addresses'}, port ${port}`;
      reject(new Error(`cannot listen on ${where}: ${explain(error, option)}`, { cause: error }));
    };
    server.once('error', onError);
    // Without a host Node listens on IPv6 and IPv4, or on IPv4 alone where there is no IPv6.
    server.listen({ port, ...(host === undefined ? {} : { host }) }, () => {
      server.off('error', onError);
      // Too many open files, for example: this costs one connection and not the server.
      server.on('error', (error) => log.error({ err: error }, 'connection not accepted'));
      resolve(listening(server));
    });
  });
}

const explain = ({ code, message }: NodeJS.ErrnoException, option: string): string =>
  ({
    EADDRINUSE: `the port is in use; choose another with ${option}`,
    EACCES: `not permitted; choose a port above 1023 with ${option}`,
    EADDRNOTAVAIL: 'this machine has no such address; see --host',
    ENOTFOUND: 'this machine has no such address; see --host',
  })[code ?? ''] ?? message;

function listening(server: Server): Listening {
  // Node's own closeAllConnections leaves out connections in their TLS handshake.
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
