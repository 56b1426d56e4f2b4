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
  /** Bytes of the answer, of which no more are held: a longer one is broken off, and rejects with `AnswerTooLong`. */
  readonly atMost?: number | undefined;
  readonly signal: AbortSignal;
}

export class AnswerTooLong extends Error {
  override readonly name = 'AnswerTooLong';
}

/** What this program says to the API server. */
export interface Connection {
  /** Such as https://10.96.0.1:443. */
  readonly server: string;
  /** The object that came back. Rejects with an `ApiError`, or with whatever kept the answer from coming. */
  call(call: Call, timeout?: number): Promise<unknown>;
  /** A body as it comes; only `signal` ends one that does not end. Rejects as `call` does. */
  open(call: Call): Promise<AsyncIterable<Uint8Array>>;
  close(): void;
}

/** Milliseconds for a call. An API server answers in a few; one that has just started takes seconds. */
const TIMEOUT = 10_000;

/** Connects when it is first asked for something: nothing is said to the API server here. */
export function connect({ server, proxyUrl, login: logIn }: ApiAccess, userAgent: string): Connection {
  const secure = server.startsWith('https:');
  // Connections are used again, and only with the same CA, certificate and key: what is mounted may be replaced.
  const agent = secure ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true });

  const send = async (call: Call): Promise<IncomingMessage> => {
    const login = await orAborted(logIn(), call.signal);
    const body = call.body === undefined ? undefined : JSON.stringify(call.body);
    const options: RequestOptions = {
      ...login,
      // client-node's own agent knows proxies, and opens a connection for each call.
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
    if (!(error instanceof ApiError || error instanceof AnswerTooLong)) dropIdle(agent);
    return reasonOf(error, signal);
  };

  return {
    server,
    async call(call, timeout = TIMEOUT) {
      const { signal, clear } = deadline(call.signal, timeout, `no answer within ${timeout / 1000} s`);
      try {
        return JSON.parse(await textOf(await open({ ...call, signal }), call.atMost));
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

async function textOf(response: IncomingMessage, atMost = Number.POSITIVE_INFINITY): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    // To leave the loop breaks the connection off.
    if (bytes > atMost) throw new AnswerTooLong(`the answer is longer than ${atMost} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** Why an exchange failed, in words. */
export function reasonOf(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  const { code, message } = error as NodeJS.ErrnoException;
  // Node's word for a body whose connection went is "aborted".
  return code === 'ECONNRESET' && message === 'aborted'
    ? new Error('the connection was broken off', { cause: error })
    : error;
}

/** When one connection is dead, those that idle may be, too: rather a few new ones than one more timeout for each. */
function dropIdle({ freeSockets }: HttpAgent): void {
  for (const sockets of Object.values(freeSockets)) for (const socket of sockets ?? []) socket.destroy();
}

function urlOf(server: string, { path, query = {} }: Call): URL {
  // Not `new URL(path, server)`: the API server may stand behind a path of its own, as Rancher's do.
  const url = new URL(`${server.replace(/\/$/, '')}${path}`);
  for (const [name, value] of Object.entries(query))
    if (value !== undefined) url.searchParams.set(name, value);
  return url;
}

/** Logging in may run a program that hangs. */
function orAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    work.finally(() => signal.removeEventListener('abort', onAbort)).then(resolve, reject);
  });
}
