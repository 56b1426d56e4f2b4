import { type Collection, type KubernetesObject, keyOf } from './collection.ts';
import { AnswerTooLong, type Connection } from './connection.ts';
import { SerialQueue } from './serial-queue.ts';

export interface Listed<Kept> {
  readonly objects: ReadonlyMap<string, Kept>;
  /** What a watch goes on from. */
  readonly version: string;
}

export interface ListOptions<Kept> {
  readonly connection: Connection;
  readonly collection: Collection;
  readonly keep: (object: KubernetesObject) => Kept;
  /** Objects a page, where they are not too large for it. */
  readonly page: number;
  /** Bytes of a page; only one of a single object may have more. Default: 8 MiB. */
  readonly pageBytes?: number;
  /** For lists that are not to come all at once: each page waits for its turn. */
  readonly queue?: SerialQueue;
  /** Called for each page. */
  readonly onHeartbeat: (progress: ListProgress) => void;
  /** Milliseconds for a page. */
  readonly timeout: number;
  readonly signal: AbortSignal;
}

/** How far a list has come. */
export interface ListProgress {
  readonly listed: number;
  /** An estimate, and only where the API server gives one: not with a selector, not of a short list. */
  readonly remaining: number | undefined;
}

/** All objects of a collection, page by page, as they were at one moment. */
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
  let most = page;
  let limit = page;
  for (;;) {
    const query = { ...selectors, limit: String(limit), continue: next };
    const atMost = limit === 1 ? undefined : pageBytes;
    const call = () => connection.call({ path, query, atMost, signal }, timeout);
    let answer: Page;
    try {
      answer = (await queue.run(call)) as Page;
    } catch (error) {
      if (!(error instanceof AnswerTooLong)) throw error;
      most = Math.ceil(limit / 2);
      limit = Math.ceil(limit / 4);
      continue;
    }
    for (const object of answer.items ?? []) objects.set(keyOf(object), keep(object));
    onHeartbeat({ listed: objects.size, remaining: answer.metadata.remainingItemCount });
    next = answer.metadata.continue;
    if (!next) return { objects, version: answer.metadata.resourceVersion };
    limit = Math.min(most, limit * 2);
  }
}

/**
 * Ten times what a hundred ordinary Pods take. A template may have 1.5 MiB, the most that etcd takes: a hundred of those,
 * read and parsed at once, would take half a gigabyte.
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
