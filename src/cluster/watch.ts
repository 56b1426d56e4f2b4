import { isGone } from './api-error.ts';
import { BackOff, type Pauses, pause } from './back-off.ts';
import { type Collection, type KubernetesObject, keyOf } from './collection.ts';
import type { Connection } from './connection.ts';
import { listAll, type SerialQueue } from './list.ts';
import { type StreamTimes, watchStream } from './watch-stream.ts';

export type WatchChange<Kept> =
  /** A full list, which replaces the previous state. */
  | { readonly kind: 'listed'; readonly objects: ReadonlyMap<string, Kept> }
  | { readonly kind: 'put'; readonly key: string; readonly object: Kept }
  | { readonly kind: 'removed'; readonly key: string };

export interface CollectionWatchOptions<Kept> {
  readonly connection: Connection;
  readonly collection: Collection;
  /** Reduces an object to the part to keep. There may be ten thousand Pods. */
  readonly keep: (object: KubernetesObject) => Kept;
  readonly onChange: (change: WatchChange<Kept>) => void;
  /** Shared by watches whose lists are long. */
  readonly queue?: SerialQueue;
  /** Called for each response or event of the API server. */
  readonly onHeartbeat: () => void;
  /** Called for each failure, with the milliseconds until the next attempt. */
  readonly onTrouble: (error: unknown, milliseconds: number) => void;
  readonly times?: WatchTimes;
}

/** Milliseconds. */
export interface WatchTimes extends StreamTimes {
  readonly pauses: Pauses;
}

export const watchTimes: WatchTimes = {
  // Enough for an API server that has just started.
  timeout: 10_000,
  // A silently dead watch is detected after 130 s, when its end does not come. client-go requests 5 to 10 minutes. A new
  // watch costs one small call and misses no event.
  lifetime: 2 * 60_000,
  // A recovered API server is called within ten seconds.
  pauses: { from: 500, to: 10_000 },
};

/**
 * Objects per page. Parsing a page blocks the event loop, and with it reviews of Pods: for 14 to 19 ms with 100 Pods of 7 KiB,
 * for 21 to 29 ms with 200. With 50 it would be 4 ms less, at a tenth more CPU (docs/performance.md, "Pages").
 */
const PAGE = 100;

/** Lists again after so many failures: the resource version may be unknown to this API server, such as after a restore of etcd. */
const FAILURES_UNTIL_LIST = 3;

/** Milliseconds. A watch that ends sooner without an event counts as a failure, as in client-go. */
const MIN_LIFETIME = 1_000;

/**
 * Lists a collection, then watches it until the signal aborts. An interrupted watch continues from its resource version, an
 * expired version leads to a new list, and other failures are retried after a pause. `run` never rejects.
 */
export class CollectionWatch<Kept> {
  readonly #options: CollectionWatchOptions<Kept>;
  readonly #times: WatchTimes;
  readonly #backOff: BackOff;
  /** The resource version to continue from; undefined: list first. */
  #version: string | undefined;
  #attempt = new AbortController();

  constructor(options: CollectionWatchOptions<Kept>) {
    this.#options = options;
    this.#times = options.times ?? watchTimes;
    this.#backOff = new BackOff(this.#times.pauses);
  }

  /** Drops the current watch and lists again at once. */
  relist(): void {
    this.#version = undefined;
    this.#attempt.abort(RELIST);
  }

  async run(signal: AbortSignal): Promise<void> {
    const stop = (): void => this.#attempt.abort(signal.reason);
    signal.addEventListener('abort', stop);
    while (!signal.aborted) {
      this.#attempt = new AbortController();
      try {
        this.#version ??= await this.#list(this.#attempt.signal);
        await this.#follow(this.#version, this.#attempt.signal);
        this.#backOff.succeeded();
      } catch (error) {
        if (error === RELIST) this.#version = undefined;
        else if (!signal.aborted) await this.#backOffAfter(error, signal);
      }
    }
    signal.removeEventListener('abort', stop);
  }

  async #list(signal: AbortSignal): Promise<string> {
    const { timeout } = this.#times;
    const { objects, version } = await listAll({ ...this.#options, page: PAGE, timeout, signal });
    this.#options.onChange({ kind: 'listed', objects });
    return version;
  }

  async #follow(version: string, signal: AbortSignal): Promise<void> {
    const { keep, onChange } = this.#options;
    const began = performance.now();
    let events = 0;
    for await (const { type, object } of watchStream({
      ...this.#options,
      version,
      times: this.#times,
      signal,
    })) {
      if (type === 'DELETED') onChange({ kind: 'removed', key: keyOf(object) });
      else if (type !== 'BOOKMARK') onChange({ kind: 'put', key: keyOf(object), object: keep(object) });
      this.#version = object.metadata.resourceVersion;
      this.#backOff.succeeded();
      events += 1;
    }
    if (events === 0 && performance.now() - began < MIN_LIFETIME) throw new Error('the watch ended at once');
  }

  async #backOffAfter(error: unknown, signal: AbortSignal): Promise<void> {
    const milliseconds = this.#backOff.failed();
    if (isGone(error) || this.#backOff.failures % FAILURES_UNTIL_LIST === 0) this.#version = undefined;
    this.#options.onTrouble(error, milliseconds);
    await pause(milliseconds, signal);
  }
}

const RELIST = new Error('relisted');
