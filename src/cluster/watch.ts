import { isGone } from './api-error.ts';
import { BackOff, type Pauses } from './back-off.ts';
import { type Collection, type KubernetesObject, keyOf } from './collection.ts';
import type { Connection } from './connection.ts';
import { listAll } from './list.ts';
import { pause } from './pause.ts';
import type { SerialQueue } from './serial-queue.ts';
import { type StreamTimes, watchStream } from './watch-stream.ts';

export type WatchChange<Kept> =
  /** This is all there is, whatever was known before. */
  | { readonly kind: 'listed'; readonly objects: ReadonlyMap<string, Kept> }
  | { readonly kind: 'put'; readonly key: string; readonly object: Kept }
  | { readonly kind: 'removed'; readonly key: string };

export interface CollectionWatchOptions<Kept> {
  readonly connection: Connection;
  readonly collection: Collection;
  /** What is kept of an object: of ten thousand Pods, not much. */
  readonly keep: (object: KubernetesObject) => Kept;
  readonly onChange: (change: WatchChange<Kept>) => void;
  /** Shared by watches whose lists are long. */
  readonly queue?: SerialQueue;
  /** Called for each answer or event of the API server. */
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
  // In which even an API server that has just started answers.
  answer: 10_000,
  // A watch that died without a word is found by its end that does not come, so after 130 s. client-go waits for 5 to 10
  // minutes; a new watch costs one small call, and misses nothing that the old one would have told.
  lifetime: 2 * 60_000,
  // An API server that is back is heard again within ten seconds.
  pauses: { from: 500, to: 10_000 },
};

/**
 * Objects a page. While one is read nothing else is done, and Pods wait to be created: for 14 to 19 ms with 100 Pods of 7 KiB,
 * for 21 to 29 with 200. With 50 they would wait for 4 ms less, at a tenth more CPU (docs/performance.md, "Pages").
 */
const PAGE = 100;

/** The version may be one that this API server never had: its etcd was restored, or another one answers now. */
const FAILURES_UNTIL_LIST = 3;

/** Milliseconds. Whatever ends a watch sooner than this, without a word, did not let it work; client-go says so, too. */
const TOO_SHORT = 1_000;

/**
 * List once, then watch from there, for ever: what was cut off is resumed, what was compacted away is listed anew, and
 * whatever else fails is tried again after a pause. Only the signal ends it, and `run` never rejects.
 */
export class CollectionWatch<Kept> {
  readonly #options: CollectionWatchOptions<Kept>;
  readonly #times: WatchTimes;
  readonly #backOff: BackOff;
  /** Where to resume; undefined: list first. */
  #version: string | undefined;
  #attempt = new AbortController();

  constructor(options: CollectionWatchOptions<Kept>) {
    this.#options = options;
    this.#times = options.times ?? watchTimes;
    this.#backOff = new BackOff(this.#times.pauses);
  }

  /** Trusts nothing of what it has: lists anew, at once. */
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
        else if (!signal.aborted) await this.#rest(error, signal);
      }
    }
    signal.removeEventListener('abort', stop);
  }

  async #list(signal: AbortSignal): Promise<string> {
    const timeout = this.#times.answer;
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
    if (events === 0 && performance.now() - began < TOO_SHORT) throw new Error('the watch ended at once');
  }

  async #rest(error: unknown, signal: AbortSignal): Promise<void> {
    const milliseconds = this.#backOff.failed();
    if (isGone(error) || this.#backOff.failures % FAILURES_UNTIL_LIST === 0) this.#version = undefined;
    this.#options.onTrouble(error, milliseconds);
    await pause(milliseconds, signal);
  }
}

const RELIST = new Error('listed anew');
