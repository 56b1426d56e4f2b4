import { once } from 'node:events';
import type { IncomingHttpHeaders } from 'node:http';
import { Agent, request } from 'node:https';
import { pipeline, Readable } from 'node:stream';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import type { KeyPair } from '../../src/certificates/key-pair.ts';

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Sent {
  readonly port: number;
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Record<string, string | number>;
  readonly body?: string | Uint8Array | AsyncIterable<Uint8Array>;
  /** Default: a new connection for each call. */
  readonly agent?: Agent;
  /** The client certificate and key, PEM. */
  readonly client?: KeyPair;
}

/** One request over TLS. An iterable body is sent in chunks. */
export async function send({
  port,
  path = '/review',
  method = 'POST',
  headers,
  body,
  agent,
  client,
}: Sent): Promise<Reply> {
  // Without keepAlive Node would send `Connection: close`.
  const ownAgent = new Agent({ keepAlive: true });
  const outgoing = request({
    host: '127.0.0.1',
    port,
    path,
    method,
    agent: agent ?? ownAgent,
    rejectUnauthorized: false,
    ...shown(client),
    headers: { 'content-type': 'application/json', ...headers },
  });
  // A server may respond early and close: only the response counts.
  const failed = once(outgoing, 'error').then(([error]) => Promise.reject(error));
  const answered = once(outgoing, 'response');
  if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) outgoing.end(body);
  else pipeline(Readable.from(body), outgoing, () => {});
  const [response] = await Promise.race([answered, failed]);
  outgoing.on('error', () => {});
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  ownAgent.destroy();
  return { status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks).toString() };
}

/** Node's TLS options for a client certificate. */
export const shown = (client: KeyPair | undefined): ConnectionOptions =>
  client ? { cert: client.certificate, key: client.key } : {};

/** A TLS connection for raw bytes. `received` returns the text received so far. */
export interface RawConnection {
  readonly socket: TLSSocket;
  readonly received: () => string;
  readonly closed: Promise<unknown>;
}

export async function openRaw(port: number, options: ConnectionOptions = {}): Promise<RawConnection> {
  const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false, ...options });
  let text = '';
  socket.on('data', (data) => {
    text += data;
  });
  const closed = new Promise((resolve) => socket.once('close', resolve));
  await once(socket, 'secureConnect');
  socket.on('error', () => {});
  return { socket, received: () => text, closed };
}

/** The head and body of a review, for connections that send several or a part. */
export const rawReview = (body: string, path = '/review'): string =>
  `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n` +
  `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
