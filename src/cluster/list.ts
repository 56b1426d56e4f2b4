import { type Collection, type KubernetesObject, keyOf } from './collection.ts';
import type { Connection } from './connection.ts';
import { Turns } from './turns.ts';

export interface Listed<Kept> {
  readonly objects: ReadonlyMap<string, Kept>;
  /** What a watch goes on from. */
  readonly version: string;
}

export interface ListOptions<Kept> {
  readonly connection: Connection;
  readonly collection: Collection;
  readonly keep: (object: KubernetesObject) => Kept;
  /** Objects a page. */
  readonly page: number;
  /** For lists that are not to come all at once: each page waits for its turn. */
  readonly turns?: Turns;
  /** Called for each page. */
  readonly onLife: (progress: ListProgress) => void;
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
  const { connection, collection, keep, page, turns = new Turns(), onLife, timeout, signal } = options;
  const { path, ...selectors } = collection;
  const objects = new Map<string, Kept>();
  let next: string | undefined;
  for (;;) {
    const query = { ...selectors, limit: String(page), continue: next };
    const call = () => connection.call({ path, query, signal }, timeout);
    const { metadata, items } = (await turns.take(call)) as Page;
    for (const object of items ?? []) objects.set(keyOf(object), keep(object));
    onLife({ listed: objects.size, remaining: metadata.remainingItemCount });
    next = metadata.continue;
    if (!next) return { objects, version: metadata.resourceVersion };
  }
}

interface Page {
  readonly metadata: {
    readonly resourceVersion: string;
    readonly continue?: string;
    readonly remainingItemCount?: number;
  };
  readonly items?: readonly KubernetesObject[] | null;
}
