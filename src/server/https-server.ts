import { constants } from 'node:crypto';
import { createServer, type Server } from 'node:https';

/** PEM; further certificates may follow the first. */
export interface ServingPair {
  readonly certificate: string;
  readonly key: string;
}

/** Milliseconds. Parameters, so that tests can have short ones. */
export interface Timeouts {
  readonly idle: number;
  readonly handshake: number;
  readonly body: number;
  /** Of the ops port, for everything. */
  readonly ops: number;
}

export const defaultTimeouts: Timeouts = {
  // The API server keeps idle connections for 90 s and does not repeat a call that meets a closing one
  // (Go's http.Transport, IdleConnTimeout as set by k8s.io/client-go/transport). Node's own 5 s lost 175 of 3,000 calls.
  idle: 120_000,
  // The API server gives up on dialing after 30 s and on the whole call after 3 or 5.
  handshake: 10_000,
  // Below the 3 s that the API server waits for the answer about a Pod, so that a body that does not arrive is gone
  // before a call that waits for its room gives up.
  body: 2_500,
  // A kubelet and a Prometheus server ask at once what they connected for.
  ops: 5_000,
};

/**
 * HTTP/1.1 over TLS, without a certificate yet: until `serveWith`, handshakes fail. With
 * 'with a certificate', clients without a certificate of a configured CA fail the handshake.
 */
export function createHttpsServer(timeouts: Timeouts, clients: 'any' | 'with a certificate'): Server {
  const server = createServer({
    ...tls,
    ...(clients === 'any' ? {} : { requestCert: true, rejectUnauthorized: true }),
    // HTTP/2 pins all calls of an API server to one replica, so it offers none to webhooks; neither do we.
    ALPNProtocols: ['http/1.1'],
    handshakeTimeout: timeouts.handshake,
    // Node counts these two from the moment a connection opens, too. Go dials ahead and keeps the connections that it
    // did not need among its idle ones, without a byte sent: a shorter time would close them under its next call.
    // Bodies have a stricter time of their own.
    headersTimeout: timeouts.idle,
    requestTimeout: timeouts.idle,
    keepAliveTimeout: timeouts.idle,
    // How often Node looks for those that ran out.
    connectionsCheckingInterval: Math.min(5_000, timeouts.idle),
    // The API server sends ten short headers, an authorization at most.
    maxHeaderSize: 16 * 1024,
  });
  // However many fit in there: beyond a number of them Node drops the rest without a word, the body's length among it.
  server.maxHeadersCount = 0;
  // A peer that takes no answer.
  server.timeout = timeouts.idle;
  return server;
}

/**
 * New connections get this pair, and have to lead to one of these authorities (PEM); those that are open go on. Throws
 * on a pair that does not match, and changes nothing.
 */
export function serveWith(server: Server, pair: ServingPair, clientAuthorities: string | undefined): void {
  const clients = clientAuthorities === undefined ? {} : { ca: clientAuthorities };
  // Node forgets the other options of the context at each call: without `ca` it would trust the public authorities.
  server.setSecureContext({ ...tls, ...clients, cert: pair.certificate, key: pair.key });
}

const tls = {
  minVersion: 'TLSv1.2',
  // A key for each connection, and encryption that cannot be tampered with: what every Go client offers first.
  ciphers: [
    ...['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'],
    ...['ECDHE-ECDSA-AES128-GCM-SHA256', 'ECDHE-RSA-AES128-GCM-SHA256'],
    ...['ECDHE-ECDSA-AES256-GCM-SHA384', 'ECDHE-RSA-AES256-GCM-SHA384'],
    ...['ECDHE-ECDSA-CHACHA20-POLY1305', 'ECDHE-RSA-CHACHA20-POLY1305'],
  ].join(':'),
  // Its price is paid by the server alone, and no caller of ours asks for it.
  secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
} as const;
