import { isForbiddenOrUnauthorized, isNotFound, undefinedIf } from './api-error.ts';
import { BackOff, pause } from './back-off.ts';
import { type KubernetesObject, onlyNamed } from './collection.ts';
import type { Connection } from './connection.ts';
import { CollectionWatch, type WatchTimes, watchTimes } from './watch.ts';

/** The last known state of an object. */
export type ObservedObject<Kept> =
  | { readonly kind: 'found'; readonly object: Kept }
  | { readonly kind: 'absent' }
  /** Reading it is forbidden or unauthorized; `fault` is the API server's message. */
  | { readonly kind: 'refused'; readonly fault: string };

export interface Trouble {
  readonly during: 'watch' | 'poll';
  readonly error: unknown;
  /** Milliseconds until the next attempt. */
  readonly pause: number;
}

export interface ObjectOptions<Kept> {
  readonly connection: Connection;
  /** The path of its collection, such as /api/v1/namespaces/tf-public/configmaps. */
  readonly path: string;
  readonly name: string;
  readonly keep: (object: KubernetesObject) => Kept;
  /** Called with each observation, even if nothing has changed. */
  readonly onObserved: (observed: ObservedObject<Kept>) => void;
  /** Called for each response or event of the API server. */
  readonly onHeartbeat: () => void;
  readonly onTrouble: (trouble: Trouble) => void;
  readonly times?: ObjectTimes;
}

/** Milliseconds. */
export interface ObjectTimes extends WatchTimes {
  /** Between two polls. */
  readonly poll: number;
  /** For the response to a poll. */
  readonly pollTimeout: number;
  /** How much later than a poll the watch may report the same change. */
  readonly grace: number;
  /** How long a refusal has to last to count: an API server that starts refuses every request until it has loaded its RBAC rules. */
  readonly refusal: number;
}

/**
 * A change that a silently dead watch misses is found within 30 s: up to 20 s until the next poll, 5 s if that uses a dead
 * connection, half a second until a poll on a new connection, 2 s of grace, and the new list.
 */
export const objectTimes: ObjectTimes = {
  ...watchTimes,
  poll: 20_000,
  pollTimeout: 5_000,
  grace: 2_000,
  refusal: 3_000,
};

interface Held<Kept> {
  /** Undefined: there is no such object. */
  readonly version: string | undefined;
  readonly observed: ObservedObject<Kept>;
}

/** Watches one object. A poll checks that the watch has not missed a change. */
export class ObjectWatch<Kept> {
  readonly #options: ObjectOptions<Kept>;
  readonly #times: ObjectTimes;
  readonly #watch: CollectionWatch<Held<Kept>>;
  /** The state that the watch reported; undefined before the first list. */
  #held: Held<Kept> | undefined;
  readonly #refusals: Refusals;

  constructor(options: ObjectOptions<Kept>) {
    const { connection, path, name, keep, onHeartbeat, times = objectTimes } = options;
    this.#options = options;
    this.#times = times;
    this.#refusals = new Refusals(times.refusal);
    this.#watch = new CollectionWatch({
      connection,
      collection: onlyNamed(path, name),
      keep: (object): Held<Kept> => ({
        version: object.metadata.resourceVersion,
        observed: { kind: 'found', object: keep(object) },
      }),
      onChange: (change) => {
        // The collection holds only this object, or none.
        const [object] = change.kind === 'listed' ? change.objects.values() : [];
        this.#held = (change.kind === 'put' ? change.object : object) ?? ABSENT;
        this.#answered('watch');
      },
      onHeartbeat,
      onTrouble: (error, milliseconds) => this.#failed('watch', error, milliseconds),
      times,
    });
  }

  /** Watches and polls until the signal aborts. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all([this.#watch.run(signal), this.#pollUntil(signal)]);
  }

  async #pollUntil(signal: AbortSignal): Promise<void> {
    const { poll, pauses } = this.#times;
    const backOff = new BackOff({ from: pauses.from, to: poll });
    let wait = poll;
    while (!signal.aborted) {
      await pause(wait, signal);
      try {
        await this.#poll(signal);
        backOff.succeeded();
        wait = poll;
      } catch (error) {
        if (signal.aborted) return;
        wait = backOff.failed();
        this.#failed('poll', error, wait);
      }
    }
  }

  async #poll(signal: AbortSignal): Promise<void> {
    const before = this.#held;
    const version = await this.#versionNow(signal);
    this.#options.onHeartbeat();
    if (before !== undefined && version !== before.version) {
      await pause(this.#times.grace, signal);
      // If the watch has reported anything since, it is alive and will report the change.
      if (this.#held === before) this.#replaceWatch();
    }
    this.#answered('poll');
  }

  async #versionNow(signal: AbortSignal): Promise<string | undefined> {
    const { connection, path, name } = this.#options;
    const call = connection.call({ path: `${path}/${name}`, signal }, this.#times.pollTimeout);
    const found = (await undefinedIf(isNotFound, call)) as KubernetesObject | undefined;
    return found?.metadata.resourceVersion;
  }

  #replaceWatch(): void {
    this.#options.onTrouble({
      during: 'watch',
      error: new Error('the watch missed a change'),
      pause: 0,
    });
    this.#watch.relist();
  }

  #answered(during: Trouble['during']): void {
    this.#refusals.answered(during);
    if (this.#held && !this.#refusals.ongoing) this.#options.onObserved(this.#held.observed);
  }

  #failed(during: Trouble['during'], error: unknown, milliseconds: number): void {
    this.#options.onTrouble({ during, error, pause: milliseconds });
    const fault = this.#refusals.failed(during, error);
    if (fault !== undefined) this.#options.onObserved({ kind: 'refused', fault });
  }
}

const ABSENT = { version: undefined, observed: { kind: 'absent' } } as const;

/** Tracks refusals (401, 403) of the watch and the poll, which count once they have lasted for a while. */
class Refusals {
  readonly #milliseconds: number;
  /** The start of each ongoing refusal, by performance.now(). */
  readonly #since = new Map<string, number>();

  constructor(milliseconds: number) {
    this.#milliseconds = milliseconds;
  }

  /** Whether the last request of any caller was refused. */
  get ongoing(): boolean {
    return this.#since.size > 0;
  }

  answered(caller: string): void {
    this.#since.delete(caller);
  }

  /** The API server's message if this refusal has lasted long enough. */
  failed(caller: string, error: unknown): string | undefined {
    if (!isForbiddenOrUnauthorized(error)) return undefined;
    const now = performance.now();
    const since = this.#since.get(caller) ?? now;
    this.#since.set(caller, since);
    return now - since >= this.#milliseconds ? (error as Error).message : undefined;
  }
}
