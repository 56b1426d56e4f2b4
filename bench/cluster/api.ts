import { Agent, request as requestHttps } from 'node:https';
import { text } from 'node:stream/consumers';
import type { Json } from '../../test/support/reviews.ts';

export interface Answer {
  readonly status: number;
  readonly body: string;
  /** From the request to the end of the body. */
  readonly milliseconds: number;
}

/** A client of one server over kept-alive connections, so that no handshake is measured. */
export interface Client extends Disposable {
  readonly send: (method: string, path: string, body?: Json) => Promise<Answer>;
}

export interface ClientOptions {
  /** An origin, such as https://127.0.0.1:6443. */
  readonly server: string;
  readonly token?: string;
  /** The most calls in flight; more wait. */
  readonly connections: number;
}

export function connectTo({ server, token, connections }: ClientOptions): Client {
  // Both ends are on loopback, so no certificate is verified.
  const agent = new Agent({ keepAlive: true, maxSockets: connections, rejectUnauthorized: false });
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const json = { ...authorization, 'content-type': 'application/json' };
  // As kubectl patches: containers are merged by their names.
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

/** Creates an object and resolves to the stored one. Throws when it is refused. */
export async function create(api: Client, path: string, object: Json): Promise<Json> {
  const { status, body } = await api.send('POST', path, object);
  if (status !== 201) throw new Error(`POST ${path} was answered with ${status}: ${body}`);
  return JSON.parse(body);
}

/** Calls `work` for each item in order, with at most `atOnce` calls in flight. */
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
