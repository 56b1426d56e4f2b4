import { type Collection, type KubernetesObject, keyOf } from './collection.ts';
import { type Connection, ResponseTooLong } from './connection.ts';

export interface Listed<Kept> {
  readonly objects: ReadonlyMap<string, Kept>;
  /** The resource version from which a watch continues. */
  readonly version: string;
}

export interface ListOptions<Kept> {
  readonly connection: Connection;
  readonly collection: Collection;
  readonly keep: (object: KubernetesObject) => Kept;
  /** Objects per page; fewer if a page would exceed `pageBytes`. */
  readonly page: number;
  /** Limit of a page in bytes, except for a page of one object. Default: 8 MiB. */
  readonly pageBytes?: number;
  /** Lists that share a queue request one page at a time between them. */
  readonly queue?: SerialQueue;
  /** Called for each page. */
  readonly onHeartbeat: (progress: ListProgress) => void;
  /** Milliseconds per page. */
  readonly timeout: number;
  readonly signal: AbortSignal;
}

/** The progress of a list. */
export interface ListProgress {
  readonly listed: number;
  /** The API server's estimate. It gives none for a list with a selector, nor for the last page. */
  readonly remaining: number | undefined;
}

/** Lists a collection page by page, as of one moment. Halves the page after a response that is too long. */
export async function listAll<Kept>(options: ListOptions<Kept>): Promise<Listed<Kept>> {
  const {
    connection,
    collection,
    keep,
    page,
    pageBytes = PAGE_BYTES,
    onHeartbeat,
    timeout,
    signal,
  } = options;
  const { queue = new SerialQueue() } = options;
  const { path, ...selectors } = collection;
  const objects = new Map<string, Kept>();
  let next: string | undefined;
  let max = page;
  let limit = page;
  for (;;) {
    const query = { ...selectors, limit: String(limit), continue: next };
    const maxBytes = limit === 1 ? undefined : pageBytes;
    const call = () => connection.call({ path, query, maxBytes, signal }, timeout);
    let answer: Page;
    try {
      answer = (await queue.run(call)) as Page;
    } catch (error) {
      if (!(error instanceof ResponseTooLong)) throw error;
      max = Math.ceil(limit / 2);
      limit = Math.ceil(limit / 4);
      continue;
    }
    for (const object of answer.items ?? []) objects.set(keyOf(object), keep(object));
    onHeartbeat({ listed: objects.size, remaining: answer.metadata.remainingItemCount });
    next = answer.metadata.continue;
    if (!next) return { objects, version: answer.metadata.resourceVersion };
    limit = Math.min(max, limit * 2);
  }
}

/**
 * Ten times the size of a hundred ordinary Pods. A template may have 1.5 MiB, the limit of etcd: parsing a hundred of those at
 * once would take half a gigabyte.
 */
const PAGE_BYTES = 8 * 1024 * 1024;

interface Page {
  readonly metadata: {
    readonly resourceVersion: string;
    readonly continue?: string;
    readonly remainingItemCount?: number;
  };
  readonly items?: readonly KubernetesObject[] | null;
}

/** Runs one task at a time, in the order of the calls. A failed task does not stop the others. */
export class SerialQueue {
  #last: Promise<unknown> = Promise.resolve();

  run<Result>(task: () => Promise<Result>): Promise<Result> {
    const done = this.#last.then(task);
    this.#last = done.catch(() => undefined);
    return done;
  }
}
