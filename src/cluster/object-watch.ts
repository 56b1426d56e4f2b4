import { isNotFound, isRefused } from './api-error.ts';
import { BackOff } from './back-off.ts';
import { type KubernetesObject, onlyNamed } from './collection.ts';
import type { Connection } from './connection.ts';
import { pause } from './pause.ts';
import { Watch, type WatchTimes, watchTimes } from './watch.ts';

/** What the API server last said of an object. */
export type Sight<Kept> =
  | { readonly kind: 'found'; readonly object: Kept }
  | { readonly kind: 'absent' }
  /** Not permitted to look, in the API server's words. */
  | { readonly kind: 'refused'; readonly fault: string };

/** Milliseconds. */
export interface ObjectTimes extends WatchTimes {
  /** Between two looks at the object itself. */
  readonly look: number;
  /** How long such a look may take. */
  readonly lookAnswer: number;
  /** How much later than a look the watch may tell the same. */
  readonly grace: number;
  /** How long refusals have to go on before they count: an API server that starts refuses all, until it knows its rules. */
  readonly refusal: number;
}

/**
 * A watch can die without a word. What it did not tell is found within 30 s: 20 at most until the next look, 5 where
 * that one meets a dead connection, half a second until one on a new connection, 2 of grace, and the new list.
 */
export const objectTimes: ObjectTimes = {
  ...watchTimes,
  look: 20_000,
  lookAnswer: 5_000,
  grace: 2_000,
  refusal: 3_000,
};

export interface Trouble {
  readonly during: 'watch' | 'look';
  readonly error: unknown;
  /** Milliseconds until the next attempt. */
  readonly pause: number;
}

export interface ObjectOptions<Kept> {
  readonly connection: Connection;
  /** Of its collection, such as /api/v1/namespaces/tf-public/configmaps. */
  readonly path: string;
  readonly name: string;
  readonly keep: (object: KubernetesObject) => Kept;
  /** Called with whatever is learnt, the same again included. */
  readonly onSight: (sight: Sight<Kept>) => void;
  /** Called for each sign of life of the API server. */
  readonly onLife: () => void;
  readonly onTrouble: (trouble: Trouble) => void;
  readonly times?: ObjectTimes;
}

interface Held<Kept> {
  /** Undefined: there is no such object. */
  readonly version: string | undefined;
  readonly sight: Sight<Kept>;
}

/** Keeps an eye on one object: a watch tells what happens to it, and a look now and then whether the watch still does. */
export class ObjectWatch<Kept> {
  readonly #options: ObjectOptions<Kept>;
  readonly #times: ObjectTimes;
  readonly #watch: Watch<Held<Kept>>;
  /** As the watch tells it; undefined before its first list. */
  #held: Held<Kept> | undefined;
  /** Since when, by performance.now(). */
  readonly #refused = new Map<Trouble['during'], number>();

  constructor(options: ObjectOptions<Kept>) {
    const { connection, path, name, keep, onLife, times = objectTimes } = options;
    this.#options = options;
    this.#times = times;
    this.#watch = new Watch({
      connection,
      collection: onlyNamed(path, name),
      keep: (object): Held<Kept> => ({
        version: object.metadata.resourceVersion,
        sight: { kind: 'found', object: keep(object) },
      }),
      onChange: (change) => {
        // The collection holds this object or nothing.
        const [object] = change.kind === 'listed' ? change.objects.values() : [];
        this.#held = (change.kind === 'put' ? change.object : object) ?? ABSENT;
        this.#answered('watch');
      },
      onLife,
      onTrouble: (error, milliseconds) => this.#failed('watch', error, milliseconds),
      times,
    });
  }

  /** Until the signal. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all([this.#watch.run(signal), this.#lookNowAndThen(signal)]);
  }

  async #lookNowAndThen(signal: AbortSignal): Promise<void> {
    const { look, pauses } = this.#times;
    const backOff = new BackOff({ from: pauses.from, to: look });
    let wait = look;
    while (!signal.aborted) {
      await pause(wait, signal);
      try {
        await this.#look(signal);
        backOff.succeeded();
        wait = look;
      } catch (error) {
        if (signal.aborted) return;
        wait = backOff.failed();
        this.#failed('look', error, wait);
      }
    }
  }

  async #look(signal: AbortSignal): Promise<void> {
    const before = this.#held;
    const version = await this.#versionNow(signal);
    this.#options.onLife();
    if (before !== undefined && version !== before.version) {
      await pause(this.#times.grace, signal);
      // A watch that told anything meanwhile is alive, and will tell the rest.
      if (this.#held === before) this.#replaceWatch();
    }
    this.#answered('look');
  }

  async #versionNow(signal: AbortSignal): Promise<string | undefined> {
    const { connection, path, name } = this.#options;
    try {
      const found = await connection.call({ path: `${path}/${name}`, signal }, this.#times.lookAnswer);
      return (found as KubernetesObject).metadata.resourceVersion;
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  #replaceWatch(): void {
    this.#options.onTrouble({
      during: 'watch',
      error: new Error('the watch did not tell of a change'),
      pause: 0,
    });
    this.#watch.relist();
  }

  #answered(during: Trouble['during']): void {
    this.#refused.delete(during);
    if (this.#held && this.#refused.size === 0) this.#options.onSight(this.#held.sight);
  }

  #failed(during: Trouble['during'], error: unknown, milliseconds: number): void {
    this.#options.onTrouble({ during, error, pause: milliseconds });
    if (!isRefused(error)) return;
    const now = performance.now();
    const since = this.#refused.get(during) ?? now;
    this.#refused.set(during, since);
    if (now - since >= this.#times.refusal)
      this.#options.onSight({ kind: 'refused', fault: (error as Error).message });
  }
}

const ABSENT = { version: undefined, sight: { kind: 'absent' } } as const;
