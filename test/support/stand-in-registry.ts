import { once } from 'node:events';
import { createServer as createPlainServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import { createServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { createAuthority, issueServing } from '../../src/certificates/issuer.ts';

interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

export interface StandInRegistry extends AsyncDisposable {
  /** With the port, by a name of the certificate. */
  readonly host: string;
  readonly port: number;
  readonly requests: RecordedRequest[];
  /** Accepted connections, with and without a handshake. */
  readonly connections: () => number;
}

/** The names and addresses of the certificate. */
const names = { dnsNames: ['registry.test', 'other.test'], ipAddresses: ['127.0.0.1'] };

let certificates: Promise<Readonly<Record<'ca' | 'cert' | 'key', string>>> | undefined;

/** One CA and one serving certificate for all tests of a file. */
export const registryCertificates = () => {
  certificates ??= (async () => {
    const now = new Date();
    const authority = await createAuthority({ commonName: 'registries of tests', now, days: 1 });
    const { certificate, key } = await issueServing(authority, { ...names, now, days: 1 });
    return { ca: authority.certificate, cert: certificate, key };
  })();
  return certificates;
};

/** A server on loopback that answers as `listener` says, over TLS unless it is `plain`, and records what it was asked. */
export async function standInRegistry(
  listener: RequestListener,
  { name = 'registry.test', address = '127.0.0.1', port = 0, plain = false, tls = {} as ServerOptions } = {},
): Promise<StandInRegistry> {
  const { cert, key } = await registryCertificates();
  const requests: RecordedRequest[] = [];
  const sockets = new Set<Duplex>();
  let connections = 0;
  const answer: RequestListener = (request, response) => {
    requests.push({ method: request.method ?? '', path: request.url ?? '', headers: request.headers });
    listener(request, response);
  };
  const server = plain ? createPlainServer(answer) : createServer({ cert, key, ...tls }, answer);
  server.on('connection', (socket) => {
    connections++;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => {});
  });
  server.listen(port, address);
  await once(server, 'listening');
  const own = (server.address() as AddressInfo).port;
  return {
    host: `${name}:${own}`,
    port: own,
    requests,
    connections: () => connections,
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

export const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';

/** A listener with this status and these headers for every request. */
export const answering =
  (status: number, headers: Readonly<Record<string, string>> = {}): RequestListener =>
  (_, response) =>
    void response.writeHead(status, headers).end();
