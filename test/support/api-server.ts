import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import jsonPatch from 'fast-json-patch';
import { type Connection, connect } from '../../src/cluster/connection.ts';
import {
  type ApiRequest,
  faultOfRequest,
  faultOfStored,
  JSON_PATCH,
  type Target,
  targetOf,
} from './api-rules.ts';

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
  readonly message?: string;
  readonly details?: object;
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
 * A small API server with paged lists, watches that continue from a version, bookmarks, optimistic concurrency, and faults. It
 * refuses what a real one refuses in the requests of this program; the control plane's tests check what a real one does.
 */
export class ApiServer implements AsyncDisposable {
  readonly requests: string[] = [];
  readonly #unanswered = new Set<ServerResponse>();
  readonly faults: Partial<Record<Kind, Fault>> = {};
  /** Objects per page; the client may ask for fewer. */
  pageSize = 1_000;
  #objects = new Map<string, Stored>();
  #version = 100;
  #lastListed: { readonly key: string; readonly objects: readonly Stored[] } = { key: '', objects: [] };
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
    const { method = '', headers } = request;
    const url = new URL(request.url ?? '', 'http://localhost');
    this.requests.push(`${method} ${request.url}`);
    const target = targetOf(url.pathname);
    if (!target) return refuse(response, 404);
    const kind = kindOf(method, url, target);
    const fault = this.faults[kind];
    if (fault === 'reset') return void response.destroy();
    if (fault === 'silence') return this.#leaveUnanswered(response);
    if (fault !== undefined) return refuse(response, fault);
    // An API server authorizes before it decodes.
    const received: ApiRequest = { method, url, headers, body: await text(request) };
    const mistake = faultOfRequest(received, target);
    if (mistake) return refuse(response, mistake);
    if (kind === 'get') return this.#get(url.pathname, response);
    if (kind === 'list') return this.#list(url, response);
    if (kind === 'watch') return this.#watch(url, response);
    return this.#write(received, target, response);
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
    const all = this.#listed(pathname, searchParams.get('fieldSelector'), searchParams.get('labelSelector'));
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

  /** Kept for the next page, while nothing changes: filtering a hundred thousand objects for each page would take minutes. */
  #listed(pathname: string, fields: string | null, labels: string | null): readonly Stored[] {
    const key = JSON.stringify([pathname, fields, labels, this.#version]);
    if (this.#lastListed.key !== key) {
      const objects = [...this.#objects]
        .filter(
          ([path, object]) =>
            isIn(path, pathname) && isSelected(object, fields) && isLabelled(object, labels),
        )
        .map(([, object]) => object);
      this.#lastListed = { key, objects };
    }
    return this.#lastListed.objects;
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

  #write(request: ApiRequest, target: Target, response: ServerResponse): void {
    const { method, url } = request;
    const given = JSON.parse(request.body);
    const path = method === 'POST' ? `${url.pathname}/${given.metadata.name}` : url.pathname;
    const before = this.#objects.get(path);
    const after = method === 'POST' ? { ...given } : before && changed(before, given, request);
    const fault = faultOfWrite(method, before, after, target);
    if (fault) refuse(response, fault);
    else send(response, method === 'POST' ? 201 : 200, this.put(path, { ...after }));
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

function kindOf(method: string, url: URL, { name }: Target): Kind {
  if (method !== 'GET') return 'write';
  if (url.searchParams.has('watch')) return 'watch';
  return name === undefined ? 'list' : 'get';
}

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

function faultOfWrite(
  method: string,
  before: Stored | undefined,
  after: Stored | undefined,
  { resource }: Target,
): number | Refusal | undefined {
  if (method === 'POST' ? before : !before) return method === 'POST' ? 409 : 404;
  if (!after) return { code: 422, message: 'the patch cannot be applied' };
  const fault = faultOfStored(after, resource);
  // A patch that leads to an object which cannot be decoded is invalid as a patch.
  if (fault && method === 'PATCH') return { ...fault, code: 422 };
  if (fault || !before) return fault;
  const { resourceVersion, uid }: Partial<Stored['metadata']> = after.metadata;
  // Some kinds may be replaced without a version, which would undo what another client has written.
  if (resourceVersion === undefined)
    return { code: 422, message: 'metadata.resourceVersion: must be specified for an update' };
  return resourceVersion === before.metadata.resourceVersion &&
    (uid ?? before.metadata.uid) === before.metadata.uid
    ? undefined
    : 409;
}

/** The object after a PUT or a PATCH; undefined when the patch does not fit. */
function changed(before: Stored, given: unknown, { method, headers }: ApiRequest): Stored | undefined {
  if (method === 'PUT') return given as Stored;
  if (headers['content-type'] !== JSON_PATCH) return mergePatched(before, given) as Stored;
  try {
    return jsonPatch.applyPatch(structuredClone(before), given as jsonPatch.Operation[], true).newDocument;
  } catch {
    return undefined;
  }
}

/** RFC 7386. */
function mergePatched(target: unknown, patch: unknown): unknown {
  if (patch === null || typeof patch !== 'object' || Array.isArray(patch)) return patch;
  const merged = { ...(target as Record<string, unknown>) };
  for (const [key, value] of Object.entries(patch))
    if (value === null) delete merged[key];
    else merged[key] = mergePatched(merged[key], value);
  return merged;
}
