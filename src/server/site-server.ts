import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Log } from '../log.ts';
import type { AnswerSite, SiteAnswer } from '../site/answer.ts';
import { ByteBudget } from './byte-budget.ts';
import { limitConnections, withoutPipelining } from './connections.ts';
import { countUntilRead } from './count-until-read.ts';
import { type DrainExitCode, Lifecycle, runUntilSignal, type Signal } from './drain.ts';
import { encodedBody } from './encoded-body.ts';
import {
  createHttpServer,
  createHttpsServer,
  defaultTimeouts,
  listen,
  type ServingPair,
  serveWith,
  type Timeouts,
} from './http-servers.ts';

/** Milliseconds for a head and for an idle connection. Browsers send their request at once. */
const TIMEOUT = 10_000;

const TLS_TIMEOUTS: Timeouts = { ...defaultTimeouts, idle: TIMEOUT, handshake: TIMEOUT };

/** A page takes a millisecond, so connections beyond this number are idle or hostile. */
const MAX_CONNECTIONS = 1_024;

/** Bytes of all answers that clients have not read yet. The list of the workloads on an image can have several MiB. */
const MOST_UNREAD = 64 * 1024 * 1024;

/** Milliseconds in which a client has to read an answer. */
const READ_WITHIN = 60_000;

export interface SiteServerOptions {
  readonly answer: AnswerSite;
  /** Undefined: all addresses, IPv6 and IPv4. */
  readonly host: string | undefined;
  /** 0 chooses a free one. */
  readonly port: number;
  /** Whether it speaks HTTPS only. Handshakes fail until `serveWith`. */
  readonly tls?: boolean;
  readonly log: Log;
}

export interface SiteServer {
  readonly port: number;
  /** Sets the serving pair of HTTPS for new connections. Throws when certificate and key do not match. */
  serveWith(pair: ServingPair): void;
  /** Drains after a signal, closes the port and resolves to the exit code. */
  runUntilSignal(onSignal: (signal: Signal, listener: () => void) => void): Promise<DrainExitCode>;
}

/** Serves the site. Rejects with a message for the person who chose host and port. */
export async function openSite(options: SiteServerOptions): Promise<SiteServer> {
  const { host, port, tls, log } = options;
  const lifecycle = new Lifecycle();
  const unread = new ByteBudget(MOST_UNREAD);
  const secure = tls ? createHttpsServer(TLS_TIMEOUTS, 'any') : undefined;
  if (secure) limitConnections(secure, { max: MAX_CONNECTIONS });
  const server = secure ?? createHttpServer(TIMEOUT, MAX_CONNECTIONS);
  server.on(
    'request',
    withoutPipelining((request, response) => void respond(request, response, options, lifecycle, unread)),
  );
  const listening = await listen(server, { host, port, option: '--port', log });
  return {
    port: listening.port,
    serveWith(pair) {
      if (!secure) throw new Error('this site speaks plain HTTP');
      serveWith(secure, pair, undefined);
    },
    async runUntilSignal(onSignal) {
      try {
        return await runUntilSignal({ onSignal, lifecycle, listening, milliseconds: 0, log });
      } finally {
        listening.destroy();
      }
    },
  };
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  { answer, log }: SiteServerOptions,
  lifecycle: Lifecycle,
  unread: ByteBudget,
): Promise<void> {
  lifecycle.requestBegun();
  response.once('close', () => lifecycle.requestEnded());
  let found: SiteAnswer;
  let body: string | Buffer;
  try {
    const { method = '', url = '', headers } = request;
    const { 'if-none-match': ifNoneMatch, 'accept-encoding': acceptEncoding } = headers;
    found = answer({ method, target: url, ifNoneMatch, acceptEncoding: acceptEncoding?.toString() });
    body = await encodedBody(found);
  } catch (error) {
    log.error({ err: error }, 'request failed');
    body = 'internal server error\n';
    found = { status: 500, headers: { 'Content-Type': 'text/plain' }, body };
  }
  let holding = unread.holdNow(Buffer.byteLength(body));
  if (!holding) {
    found = tooManyUnread;
    body = found.body;
    holding = unread.hold();
  }
  countUntilRead(response, Buffer.byteLength(body), holding, READ_WITHIN);
  const length = found.status === 304 ? {} : { 'Content-Length': String(Buffer.byteLength(body)) };
  // No page needs a body, so none is read: the connection ends with the answer.
  const ends = lifecycle.draining || hasBody(request) ? { Connection: 'close' } : {};
  response.writeHead(found.status, { ...found.headers, ...length, ...ends });
  response.end(request.method === 'HEAD' ? undefined : body);
}

const tooManyUnread: SiteAnswer = {
  status: 503,
  headers: { 'Content-Type': 'text/plain', 'Cache-Control': 'no-store', 'Retry-After': '5' },
  body: 'Too many answers wait for clients to read them. Try again later.\n',
};

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
