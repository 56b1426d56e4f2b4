import {
  Agent as HttpAgent,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  request as requestHttp,
} from 'node:http';
import { Agent as HttpsAgent, type RequestOptions, request as requestHttps } from 'node:https';
import { ApiError, apiError } from './api-error.ts';
import { deadline } from './deadline.ts';
import type { ApiAccess } from './kubeconfig/api-access.ts';

export interface Call {
  /** Default: GET. */
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH';
  /** Such as /api/v1/namespaces/tf-public/configmaps. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Default: application/json. */
  readonly contentType?: string;
  /** Limit of the response in bytes. A longer one closes the connection and rejects with `ResponseTooLong`. */
  readonly maxBytes?: number | undefined;
  readonly signal: AbortSignal;
}

export class ResponseTooLong extends Error {
  override readonly name = 'ResponseTooLong';
}

/** HTTP calls to the API server. */
export interface Connection {
  /** Such as https://10.96.0.1:443. */
  readonly server: string;
  /** Resolves to the response's JSON. Rejects with an `ApiError`, or with the error that prevented a response. */
  call(call: Call, timeout?: number): Promise<unknown>;
  /** Resolves to a streamed body without a timeout: `signal` ends it. Rejects as `call` does. */
  open(call: Call): Promise<AsyncIterable<Uint8Array>>;
  close(): void;
}

/** Milliseconds per call. An API server usually responds in a few; one that has just started takes seconds. */
const TIMEOUT = 10_000;

/** Opens no connection yet: the first call does. */
export function connect({ server, proxyUrl, login: logIn }: ApiAccess, userAgent: string): Connection {
  const secure = server.startsWith('https:');
  // Node reuses a connection only with the same CA, certificate and key, so a replaced mounted file takes effect.
  const agent = secure ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true });

  const send = async (call: Call): Promise<IncomingMessage> => {
    const login = await orAborted(logIn(), call.signal);
    // A Buffer, since Node joins a string body to the headers and writes both in UTF-8.
    const body = call.body === undefined ? undefined : Buffer.from(JSON.stringify(call.body));
    const options: RequestOptions = {
      ...login,
      // client-node's own agent supports proxies, but opens a connection for each call.
      agent: proxyUrl === undefined ? agent : login.agent,
      method: call.method ?? 'GET',
      headers: {
        ...(login.headers as OutgoingHttpHeaders),
        accept: 'application/json',
        'user-agent': userAgent,
        ...(body === undefined ? {} : { 'content-type': call.contentType ?? 'application/json' }),
      },
      signal: call.signal,
    };
    return new Promise((resolve, reject) => {
      const request = (secure ? requestHttps : requestHttp)(urlOf(server, call), options, resolve);
      request.on('error', reject).end(body);
    });
  };

  const open = async (call: Call): Promise<IncomingMessage> => {
    const response = await send(call);
    const { statusCode = 0 } = response;
    if (statusCode >= 200 && statusCode < 300) return response;
    throw apiError(statusCode, await textOf(response));
  };

  const explained = (error: unknown, signal: AbortSignal): unknown => {
    if (!(error instanceof ApiError || error instanceof ResponseTooLong)) dropIdle(agent);
    return reasonOf(error, signal);
  };

  return {
    server,
    async call(call, timeout = TIMEOUT) {
      const { signal, clear } = deadline(call.signal, timeout, `no response within ${timeout / 1000} s`);
      try {
        return JSON.parse(await textOf(await open({ ...call, signal }), call.maxBytes));
      } catch (error) {
        throw explained(error, signal);
      } finally {
        clear();
      }
    },
    async open(call) {
      try {
        return await open(call);
      } catch (error) {
        throw explained(error, call.signal);
      }
    },
    close: () => agent.destroy(),
  };
}

async function textOf(response: IncomingMessage, maxBytes = Number.POSITIVE_INFINITY): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    // Leaving the loop closes the connection.
    if (bytes > maxBytes) throw new ResponseTooLong(`the response is longer than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** The error to report for a failed request: the abort reason, or the error with a clear message. */
export function reasonOf(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  const { code, message } = error as NodeJS.ErrnoException;
  // Node reports a connection that closes during the body as "aborted".
  return code === 'ECONNRESET' && message === 'aborted'
    ? new Error('the connection closed before the response ended', { cause: error })
    : error;
}

/** Closes idle connections. After one has failed the others may be dead, too, and each would cost a timeout. */
function dropIdle({ freeSockets }: HttpAgent): void {
  for (const sockets of Object.values(freeSockets)) for (const socket of sockets ?? []) socket.destroy();
}

function urlOf(server: string, { path, query = {} }: Call): URL {
  // `new URL(path, server)` would drop a base path, which Rancher's API servers have.
  const url = new URL(`${server.replace(/\/$/, '')}${path}`);
  for (const [name, value] of Object.entries(query))
    if (value !== undefined) url.searchParams.set(name, value);
  return url;
}

/** Rejects when the signal aborts, even if the work hangs: logging in may run an external program. */
function orAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort);
    work.finally(() => signal.removeEventListener('abort', onAbort)).then(resolve, reject);
  });
}
