import { type Collection, type KubernetesObject, keyOf } from './collection.ts';
import type { Connection } from './connection.ts';

export interface Listed<Kept> {
  readonly objects: ReadonlyMap<string, Kept>;
  /** What a watch goes on from. */
  readonly version: string;
}

export interface ListOptions<Kept> {
  readonly connection: Connection;
  readonly collection: Collection;
  readonly keep: (object: KubernetesObject) => Kept;
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

/**
 * So many objects a page. Pods of 7 KiB hold up the thread for 9 ms then, and with it whoever creates a Pod; pages of 500, as
 * kubectl has them, for 24 ms. A list takes as long with either.
 */
const PAGE = 200;

/** All objects of a collection, page by page, as they were at one moment. */
export async function listAll<Kept>(options: ListOptions<Kept>): Promise<Listed<Kept>> {
  const { connection, collection, keep, onLife, timeout, signal } = options;
  const { path, ...selectors } = collection;
  const objects = new Map<string, Kept>();
  let next: string | undefined;
  for (;;) {
    const query = { ...selectors, limit: String(PAGE), continue: next };
    const { metadata, items } = (await connection.call({ path, query, signal }, timeout)) as Page;
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
