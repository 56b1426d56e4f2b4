import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/**
 * What a Service is to the API server: one address, behind which each new connection goes to one of the endpoints in turn and
 * stays there. Like kube-proxy it never looks whether an endpoint lives, and tries no second one: a connection to a dead one fails.
 */
export interface Service extends AsyncDisposable {
  readonly port: number;
  /** Connections that exist go on when theirs is removed. */
  readonly add: (endpoint: number) => void;
  readonly remove: (endpoint: number) => void;
}

/** More than any test has. */
const MOST_ENDPOINTS = 16;

export async function startService(): Promise<Service> {
  // Shared, so that what is added or removed holds from then on.
  const shared = new Int32Array(new SharedArrayBuffer((1 + MOST_ENDPOINTS) * Int32Array.BYTES_PER_ELEMENT));
  let endpoints: readonly number[] = [];
  const become = (next: readonly number[]): void => {
    if (next.length > MOST_ENDPOINTS) throw new Error(`a service has at most ${MOST_ENDPOINTS} endpoints`);
    endpoints = next;
    for (const [index, endpoint] of endpoints.entries()) Atomics.store(shared, 1 + index, endpoint);
    Atomics.store(shared, 0, endpoints.length);
  };
  const thread = new Worker(new URL('service-thread.mjs', import.meta.url), { workerData: shared.buffer });
  const [port] = await once(thread, 'message');
  return {
    port,
    add: (endpoint) => become([...endpoints, endpoint]),
    remove: (endpoint) => become(endpoints.filter((other) => other !== endpoint)),
    [Symbol.asyncDispose]: async () => {
      thread.postMessage('close');
      await once(thread, 'exit');
    },
  };
}
