import { once } from 'node:events';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { Address } from './addresses.ts';
import { LATER, Unchecked } from './unchecked.ts';

export interface RegistryAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface RegistryRequest {
  readonly url: URL;
  readonly method: 'HEAD' | 'GET';
  readonly headers: Readonly<Record<string, string>>;
}

export interface ConnectTerms {
  readonly addressesOf: (hostname: string) => Promise<readonly Address[]>;
  /** PEM certificates that replace those that Node trusts. */
  readonly ca?: string | undefined;
  readonly signal: AbortSignal;
}

/** As Node's servers allow. */
const MOST_HEADER_BYTES = 16 * 1024;
/** Tokens have a few kilobytes. */
const MOST_BODY_BYTES = 64 * 1024;

/**
 * Sends one HTTPS request on a connection of its own and resolves to the answer, whatever its status. It connects to the
 * addresses that the host has in `addressesOf`, and never resolves the name itself.
 */
export async function sendRequest(
  { url, method, headers }: RegistryRequest,
  { addressesOf, ca, signal }: ConnectTerms,
): Promise<RegistryAnswer> {
  const addresses = await beforeAbort(addressesOf(url.hostname), signal);
  const request = httpsRequest({
    hostname: url.hostname,
    port: url.port || 443,
    path: `${url.pathname}${url.search}`,
    method,
    headers,
    ...pinnedTo(addresses),
    agent: false,
    // Not even NODE_TLS_REJECT_UNAUTHORIZED=0 changes this.
    rejectUnauthorized: true,
    maxHeaderSize: MOST_HEADER_BYTES,
    ...(ca !== undefined && { ca }),
    signal,
  });
  // `once` listens until the answer begins, and the reader of the body from then on.
  request.on('error', () => {}).end();
  try {
    // Node ends a request without any event when the answer switches protocols (101), so only the signal ends the wait.
    const [response] = (await once(request, 'response', { signal })) as [IncomingMessage];
    return { status: response.statusCode ?? 0, headers: response.headers, body: await bodyOf(response) };
  } finally {
    request.destroy();
  }
}

/** Options with which Node connects to the first of these addresses that answers. */
function pinnedTo(addresses: readonly Address[]): { autoSelectFamily: true; lookup: LookupFunction } {
  return { autoSelectFamily: true, lookup: (_, __, callback) => callback(null, [...addresses]) };
}

async function bodyOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MOST_BODY_BYTES) throw new Unchecked('its answer is longer than 64 KiB', LATER);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** A lookup cannot be aborted, so it is left behind. */
async function beforeAbort<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const waiting = new AbortController();
  try {
    const aborted = once(signal, 'abort', { signal: waiting.signal });
    return await Promise.race([promise, aborted.then(() => Promise.reject(signal.reason))]);
  } finally {
    waiting.abort();
  }
}
