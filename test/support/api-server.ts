import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { workloadKinds } from '../../src/catalog/kubernetes-objects.ts';
import { type Connection, connect } from '../../src/cluster/connection.ts';

/** An object of any kind. */
export interface Stored {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid: string;
    readonly resourceVersion: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

export type Kind = 'get' | 'list' | 'watch' | 'write';

/** A status code, or what happens instead of a response. */
export type Fault = number | Refusal | 'reset' | 'silence';

/** The fields of a Status beside those of every refusal. */
interface Refusal {
  readonly code: number;
  readonly details: object;
}

interface OpenWatch {
  readonly collection: string;
  readonly selector: string | null;
  readonly response: ServerResponse;
}

interface Happened {
  readonly collection: string;
  readonly type: string;
  readonly object: Stored;
}

/**
 * A small API server with paged lists, watches that continue from a version, bookmarks, optimistic concurrency, and faults. The
 * control plane's tests check what a real API server does.
 */
export class ApiServer implements AsyncDisposable {
  readonly requests: string[] = [];
  readonly #unanswered = new Set<ServerResponse>();
  readonly faults: Partial<Record<Kind, Fault>> = {};
  /** Objects per page; the client may ask for fewer. */
  pageSize = 1_000;
  #objects = new Map<string, Stored>();
  #version = 100;
  #history: Happened[] = [];
  #watches = new Set<OpenWatch>();
  readonly #server = createServer((request, response) => {
    void this.#answer(request, response).catch(() => response.destroy());
  });

  static async start(): Promise<ApiServer> {
    const api = new ApiServer();
    api.#server.listen(0, '127.0.0.1');
    await once(api.#server, 'listening');
    return api;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  connect(): Connection {
    const login = async () => ({ headers: { Authorization: 'Bearer a-token' } });
    const access = { server: this.url, proxyUrl: undefined, namespace: undefined, login };
    return connect(access, 'image-config-admission/test');
  }

  /** Unanswered requests whose client is still waiting. */
  get unanswered(): number {
    return this.#unanswered.size;
  }

  get openWatches(): number {
    return this.#watches.size;
  }

  stored(path: string): Stored | undefined {
    return this.#objects.get(path);
  }

  put(path: string, fields: Record<string, unknown> = {}): Stored {
    const [collection, name] = split(path);
    const [, namespace] = /\/namespaces\/([^/]+)\//.exec(path) ?? [];
    const before = this.#objects.get(path);
    const { metadata, ...rest } = fields as { metadata?: { readonly uid?: string } };
    const given = metadata?.uid;
    const object: Stored = {
      ...rest,
      metadata: {
        ...metadata,
        name,
        ...(namespace ? { namespace } : {}),
        uid: before?.metadata.uid ?? given ?? `uid-${this.#version}`,
        resourceVersion: String(++this.#version),
      },
    };
    this.#objects.set(path, object);
    this.#publish(collection, before ? 'MODIFIED' : 'ADDED', object);
    return object;
  }

  remove(path: string): void {
    const object = this.#objects.get(path);
    if (!object) return;
    this.#objects.delete(path);
    const gone = { ...object, metadata: { ...object.metadata, resourceVersion: String(++this.#version) } };
    this.#publish(split(path)[0], 'DELETED', gone);
  }

  /** Watches cannot continue from earlier versions any more. */
  compact(): void {
    this.#history = [];
  }

  bookmark(): void {
    for (const { response } of this.#watches)
      response.write(line('BOOKMARK', { metadata: { resourceVersion: String(this.#version) } }));
  }

  /** Ends watches regularly, resets them, or leaves them open and silent. */
  endWatches(how: 'end' | 'reset' | 'silence'): void {
    for (const { response } of this.#watches) {
      if (how === 'end') response.end();
      else if (how === 'reset') response.destroy();
    }
    this.#watches.clear();
  }

  /** Sends an ERROR event to open watches and ends them. */
  failWatches(code: number, message: string): void {
    for (const { response } of this.#watches) response.end(line('ERROR', { kind: 'Status', code, message }));
    this.#watches.clear();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', 'http://localhost');
    this.requests.push(`${request.method} ${request.url}`);
    const kind = kindOf(request.method ?? '', url);
    const fault = this.faults[kind];
    if (fault === 'reset') return void response.destroy();
    if (fault === 'silence') return this.#leaveUnanswered(response);
    if (fault !== undefined) return refuse(response, fault);
    if (kind === 'get') return this.#get(url.pathname, response);
    if (kind === 'list') return this.#list(url, response);
    if (kind === 'watch') return this.#watch(url, response);
    return this.#write(request, url.pathname, response);
  }

  #leaveUnanswered(response: ServerResponse): void {
    this.#unanswered.add(response);
    response.once('close', () => this.#unanswered.delete(response));
  }

  #get(path: string, response: ServerResponse): void {
    const object = this.#objects.get(path);
    if (object) send(response, 200, object);
    else refuse(response, 404);
  }

  #list({ pathname, searchParams }: URL, response: ServerResponse): void {
    const all = [...this.#objects]
      .filter(
        ([path, object]) =>
          isIn(path, pathname) &&
          isSelected(object, searchParams.get('fieldSelector')) &&
          isLabelled(object, searchParams.get('labelSelector')),
      )
      .map(([, object]) => object);
    const selected = searchParams.has('fieldSelector') || searchParams.has('labelSelector');
    const from = Number(searchParams.get('continue') ?? 0);
    const to = from + Math.min(Number(searchParams.get('limit') ?? Infinity), this.pageSize);
    const more =
      to < all.length
        ? { continue: String(to), ...(!selected && { remainingItemCount: all.length - to }) }
        : {};
    send(response, 200, {
      metadata: { resourceVersion: String(this.#version), ...more },
      items: all.slice(from, to),
    });
  }

  #watch({ pathname, searchParams }: URL, response: ServerResponse): void {
    const from = Number(searchParams.get('resourceVersion'));
    const oldest = Number(this.#history[0]?.object.metadata.resourceVersion ?? this.#version + 1);
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    if (from < oldest - 1)
      return void response.end(
        line('ERROR', { kind: 'Status', code: 410, message: 'too old resource version' }),
      );
    const watch = { collection: pathname, selector: searchParams.get('fieldSelector'), response };
    this.#watches.add(watch);
    response.on('close', () => this.#watches.delete(watch));
    for (const happened of this.#history)
      if (Number(happened.object.metadata.resourceVersion) > from) sendEvent(watch, happened);
  }

  async #write(request: IncomingMessage, path: string, response: ServerResponse): Promise<void> {
    // biome-ignore lint/suspicious/noExplicitAny: JSON of any shape
    const body = (await json(request)) as any;
    const target = request.method === 'POST' ? `${path}/${body.metadata.name}` : path;
    const before = this.#objects.get(target);
    if (request.method === 'POST')
      return before ? refuse(response, 409) : send(response, 201, this.put(target, body));
    if (!before) return refuse(response, 404);
    const version = before.metadata.resourceVersion;
    if (request.method === 'PUT') {
      if (body.metadata.resourceVersion !== version) return refuse(response, 409);
      return send(response, 200, this.put(target, body));
    }
    if (request.headers['content-type'] === 'application/merge-patch+json')
      return send(response, 200, this.put(target, { ...before, ...body }));
    const patched = structuredClone(before);
    for (const { path: pointer, value } of body) set(patched, pointer.split('/').slice(1), value);
    if (patched.metadata.resourceVersion !== version) return refuse(response, 409);
    return send(response, 200, this.put(target, patched));
  }

  #publish(collection: string, type: string, object: Stored): void {
    const happened = { collection, type, object };
    this.#history.push(happened);
    for (const watch of this.#watches) sendEvent(watch, happened);
  }
}

const split = (path: string): [collection: string, name: string] => {
  const slash = path.lastIndexOf('/');
  return [path.slice(0, slash), path.slice(slash + 1)];
};

/** /api/v1/pods contains the Pods of all namespaces. */
function isIn(path: string, collection: string): boolean {
  const [own] = split(path);
  return own === collection || own.replace(/\/namespaces\/[^/]+/, '') === collection;
}

const isSelected = ({ metadata }: Stored, selector: string | null): boolean =>
  selector === null || selector === `metadata.name=${metadata.name}`;

/** One `key=value`. */
const isLabelled = ({ metadata: { labels = {} } }: Stored, selector: string | null): boolean =>
  selector === null || Object.entries(labels).some((label) => label.join('=') === selector);

function kindOf(method: string, url: URL): Kind {
  if (method !== 'GET') return 'write';
  if (url.searchParams.has('watch')) return 'watch';
  return PLURALS.some((plural) => url.pathname.endsWith(plural)) ? 'list' : 'get';
}

const PLURALS = [
  ...['/configmaps', '/secrets', '/namespaces', 'webhookconfigurations'],
  ...Object.values(workloadKinds).map(({ plural }) => `/${plural}`),
];

function sendEvent(
  { collection, selector, response }: OpenWatch,
  { collection: own, type, object }: Happened,
) {
  if (isIn(`${own}/${object.metadata.name}`, collection) && isSelected(object, selector))
    response.write(line(type, object));
}

const line = (type: string, object: object): string => `${JSON.stringify({ type, object })}\n`;

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function refuse(response: ServerResponse, refusal: number | Refusal): void {
  const { code, ...rest } = typeof refusal === 'number' ? { code: refusal } : refusal;
  send(response, code, { kind: 'Status', status: 'Failure', code, message: `refused with ${code}`, ...rest });
}

// biome-ignore lint/suspicious/noExplicitAny: JSON of any shape
function set(target: any, [key = '', ...rest]: string[], value: unknown): void {
  if (rest.length === 0) target[key] = value;
  else set(target[key], rest, value);
}
