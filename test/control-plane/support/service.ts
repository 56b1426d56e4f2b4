import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/**
 * One address for several endpoints, as a Service is to the API server: each new connection goes to the next endpoint and stays there.
 * Like kube-proxy it does not check endpoints and tries no second one: a connection to a dead endpoint fails.
 */
export interface Service extends AsyncDisposable {
  readonly port: number;
  /** Existing connections go on when their endpoint is removed. */
  readonly add: (endpoint: number) => void;
  readonly remove: (endpoint: number) => void;
}

/** More than any test needs. */
const MOST_ENDPOINTS = 16;

export async function startService(): Promise<Service> {
  // Shared with the thread, so that a change holds for the next connection.
  const shared = new Int32Array(new SharedArrayBuffer((1 + MOST_ENDPOINTS) * Int32Array.BYTES_PER_ELEMENT));
  let endpoints: readonly number[] = [];
  const setEndpoints = (next: readonly number[]): void => {
    if (next.length > MOST_ENDPOINTS) throw new Error(`a service has at most ${MOST_ENDPOINTS} endpoints`);
    endpoints = next;
    for (const [index, endpoint] of endpoints.entries()) Atomics.store(shared, 1 + index, endpoint);
    Atomics.store(shared, 0, endpoints.length);
  };
  const thread = new Worker(new URL('service-thread.mjs', import.meta.url), { workerData: shared.buffer });
  const [port] = await once(thread, 'message');
  return {
    port,
    add: (endpoint) => setEndpoints([...endpoints, endpoint]),
    remove: (endpoint) => setEndpoints(endpoints.filter((other) => other !== endpoint)),
    [Symbol.asyncDispose]: async () => {
      thread.postMessage('close');
      await once(thread, 'exit');
    },
  };
}
