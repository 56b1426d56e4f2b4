import { constants } from 'node:crypto';
import { createServer as createPlainServer, type Server as PlainServer } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo, Server as NetServer, Socket } from 'node:net';
import type { Log } from '../log.ts';
import { limitConnections } from './connections.ts';
import { onceASecond } from './once-a-second.ts';

/** PEM; intermediate certificates may follow the first. */
export interface ServingPair {
  readonly certificate: string;
  readonly key: string;
}

/** Milliseconds. An argument, so that tests can have short ones. */
export interface Timeouts {
  readonly idle: number;
  readonly handshake: number;
  readonly body: number;
  /** Every timeout of the ops port. */
  readonly ops: number;
}

export const defaultTimeouts: Timeouts = {
  // The API server keeps idle connections for 90 s and does not repeat a call that meets a closing one
  // (Go's http.Transport, IdleConnTimeout as set by k8s.io/client-go/transport). Node's own 5 s lost 175 of 3,000 calls.
  idle: 120_000,
  // The API server gives up on dialing after 30 s and on the whole call after 3 or 5.
  handshake: 10_000,
  // Below the 3 s that the API server waits for the answer about a Pod: a body that does not arrive gives up its bytes
  // before a call that waits for them times out.
  body: 2_500,
  // A kubelet and a Prometheus server send their request at once.
  ops: 5_000,
};

/**
 * The server of the TLS port, HTTP/1.1 only. It has no certificate yet: until `serveWith`, handshakes fail. With
 * 'with a certificate', clients without a certificate of a configured CA fail the handshake.
 */
export function createHttpsServer(timeouts: Timeouts, clients: 'any' | 'with a certificate'): Server {
  const server = createServer({
    ...tls,
    ...(clients === 'any' ? {} : { requestCert: true, rejectUnauthorized: true }),
    // HTTP/2 would send all calls of an API server to one replica. API servers therefore do not offer it to webhooks, and
    // this server does not either.
    ALPNProtocols: ['http/1.1'],
    handshakeTimeout: timeouts.handshake,
    // Node also counts these two timeouts from the moment a connection opens. Go dials ahead, and keeps unneeded connections
    // idle without sending a byte: a shorter timeout could close one during its next call. The timeout for bodies is
    // stricter.
    headersTimeout: timeouts.idle,
    requestTimeout: timeouts.idle,
    keepAliveTimeout: timeouts.idle,
    // How often Node applies these timeouts.
    connectionsCheckingInterval: Math.min(5_000, timeouts.idle),
    // The API server sends ten short headers, and sometimes an authorization.
    maxHeaderSize: 16 * 1024,
  });
  // No limit by number: Node would silently drop the headers beyond it, the length of the body among them.
  server.maxHeadersCount = 0;
  // For clients that do not read their answer.
  server.timeout = timeouts.idle;
  return server;
}

/**
 * Sets the serving pair and the client CA (PEM) for new connections; open connections go on. Throws when certificate and
 * key do not match, and changes nothing.
 */
export function serveWith(server: Server, pair: ServingPair, clientAuthorities: string | undefined): void {
  const clients = clientAuthorities === undefined ? {} : { ca: clientAuthorities };
  // Each call replaces the whole context: without `ca` Node would trust the public authorities.
  server.setSecureContext({ ...tls, ...clients, cert: pair.certificate, key: pair.key });
}

const tls = {
  minVersion: 'TLSv1.2',
  // Forward secrecy and authenticated encryption only: every Go client offers these first.
  ciphers: [
    ...['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'],
    ...['ECDHE-ECDSA-AES128-GCM-SHA256', 'ECDHE-RSA-AES128-GCM-SHA256'],
    ...['ECDHE-ECDSA-AES256-GCM-SHA384', 'ECDHE-RSA-AES256-GCM-SHA384'],
    ...['ECDHE-ECDSA-CHACHA20-POLY1305', 'ECDHE-RSA-CHACHA20-POLY1305'],
  ].join(':'),
  // Renegotiation costs the server far more than the client, and no client of ours uses it.
  secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
} as const;

/** Far more than a kubelet and a few Prometheus servers need. */
const OPS_CONNECTIONS = 256;

/**
 * The server of the ops port: plain HTTP, for kubelet and Prometheus. A connection without a request is closed after so
 * many milliseconds, or sooner when there are too many, so that a kubelet always gets through.
 */
export const createOpsServer = (milliseconds: number): PlainServer =>
  createHttpServer(milliseconds, OPS_CONNECTIONS);

/** A server of plain HTTP with these bounds; every timeout is `milliseconds`, and twice that for an answer that is not read. */
export function createHttpServer(milliseconds: number, maxConnections: number): PlainServer {
  const server = createPlainServer({
    headersTimeout: milliseconds,
    requestTimeout: milliseconds,
    keepAliveTimeout: milliseconds,
    connectionsCheckingInterval: Math.min(1_000, milliseconds),
    maxHeaderSize: 16 * 1024,
  });
  // For clients that do not read their answer.
  server.timeout = 2 * milliseconds;
  limitConnections(server, { max: maxConnections });
  return server;
}

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
export function listen(server: NetServer, { host, port, option, log }: ListenOptions): Promise<Listening> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException): void => {
      const where = `${host ?? 'all addresses'}, port ${port}`;
      reject(new Error(`cannot listen on ${where}: ${explain(error, option)}`, { cause: error }));
    };
    server.once('error', onError);
    // Without a host Node listens on IPv6 and IPv4, or on IPv4 alone where there is no IPv6.
    server.listen({ port, ...(host === undefined ? {} : { host }) }, () => {
      server.off('error', onError);
      // An error from now on, such as a shortage of memory, costs one connection and not the server. For too many open files
      // Node emits no error, so `connectionsWithin` keeps the connections below that limit.
      let last: Error;
      const logErrors = onceASecond((connections) =>
        log.error({ err: last, connections }, 'connection not accepted'),
      );
      server.on('error', (error) => {
        last = error;
        logErrors();
      });
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

function listening(server: NetServer): Listening {
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
