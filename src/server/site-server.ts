import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Log } from '../log.ts';
import type { AnswerSite, SiteAnswer } from '../site/answer.ts';
import { withoutPipelining } from './connections.ts';
import { type DrainExitCode, Lifecycle, runUntilSignal, type Signal } from './drain.ts';
import { encodedBody } from './encoded-body.ts';
import { createHttpServer, listen } from './http-servers.ts';

/** Milliseconds for a head and for an idle connection. Browsers send their request at once. */
const TIMEOUT = 10_000;

/** A page takes a millisecond, so connections beyond this number are idle or hostile. */
const MAX_CONNECTIONS = 1_024;

export interface SiteServerOptions {
  readonly answer: AnswerSite;
  /** Undefined: all addresses, IPv6 and IPv4. */
  readonly host: string | undefined;
  /** 0 chooses a free one. */
  readonly port: number;
  readonly log: Log;
}

export interface SiteServer {
  readonly port: number;
  /** Drains after a signal, closes the port and resolves to the exit code. */
  runUntilSignal(onSignal: (signal: Signal, listener: () => void) => void): Promise<DrainExitCode>;
}

/** Serves the site over plain HTTP. Rejects with a message for the person who chose host and port. */
export async function openSite(options: SiteServerOptions): Promise<SiteServer> {
  const { host, port, log } = options;
  const lifecycle = new Lifecycle();
  const server = createHttpServer(TIMEOUT, MAX_CONNECTIONS);
  server.on(
    'request',
    withoutPipelining((request, response) => void respond(request, response, options, lifecycle)),
  );
  const listening = await listen(server, { host, port, option: '--port', log });
  return {
    port: listening.port,
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
  const length = found.status === 304 ? {} : { 'Content-Length': String(Buffer.byteLength(body)) };
  // No page needs a body, so none is read: the connection ends with the answer.
  const ends = lifecycle.draining || hasBody(request) ? { Connection: 'close' } : {};
  response.writeHead(found.status, { ...found.headers, ...length, ...ends });
  response.end(request.method === 'HEAD' ? undefined : body);
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
