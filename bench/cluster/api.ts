import { Agent, request as requestHttps } from 'node:https';
import { text } from 'node:stream/consumers';
import type { Json } from '../../test/support/reviews.ts';

export interface Answer {
  readonly status: number;
  readonly body: string;
  /** Until the end of the body. */
  readonly milliseconds: number;
}

/** One server over kept-alive connections: what is measured should not be handshakes. */
export interface Client extends Disposable {
  readonly send: (method: string, path: string, body?: Json) => Promise<Answer>;
}

export interface ClientOptions {
  /** Such as https://127.0.0.1:6443. */
  readonly server: string;
  readonly token?: string;
  /** Calls in flight; more wait for one of them to end. */
  readonly connections: number;
}

export function connectTo({ server, token, connections }: ClientOptions): Client {
  // Both ends are ours, and on loopback.
  const agent = new Agent({ keepAlive: true, maxSockets: connections, rejectUnauthorized: false });
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const json = { ...authorization, 'content-type': 'application/json' };
  // As kubectl patches: containers are found by their names.
  const patch = { ...authorization, 'content-type': 'application/strategic-merge-patch+json' };
  return {
    send: (method, path, body) =>
      new Promise((resolve, reject) => {
        const began = performance.now();
        const headers = method === 'PATCH' ? patch : json;
        const call = requestHttps(new URL(path, server), { method, agent, headers }, (response) => {
          text(response).then((answer) => {
            const milliseconds = performance.now() - began;
            resolve({ status: response.statusCode ?? 0, body: answer, milliseconds });
          }, reject);
        });
        call.on('error', reject).end(body === undefined ? undefined : JSON.stringify(body));
      }),
    [Symbol.dispose]: () => agent.destroy(),
  };
}

/** Creates an object and gives it as it was stored; one that is refused ends the run. */
export async function create(api: Client, path: string, object: Json): Promise<Json> {
  const { status, body } = await api.send('POST', path, object);
  if (status !== 201) throw new Error(`POST ${path} was answered with ${status}: ${body}`);
  return JSON.parse(body);
}

/** So many at once, in order. */
export async function forEach<Item>(
  items: Iterable<Item>,
  atOnce: number,
  work: (item: Item) => Promise<unknown>,
): Promise<void> {
  const rest = items[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (let next = rest.next(); !next.done; next = rest.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
