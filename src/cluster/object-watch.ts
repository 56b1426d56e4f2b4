import { isNotFound } from './api-error.ts';
import { BackOff } from './back-off.ts';
import { type KubernetesObject, onlyNamed } from './collection.ts';
import type { Connection } from './connection.ts';
import { type ObjectTimes, objectTimes } from './object-times.ts';
import { pause } from './pause.ts';
import { Refusals } from './refusals.ts';
import { CollectionWatch } from './watch.ts';

/** What the API server last said of an object. */
export type ObservedObject<Kept> =
  | { readonly kind: 'found'; readonly object: Kept }
  | { readonly kind: 'absent' }
  /** Not permitted to look, in the API server's words. */
  | { readonly kind: 'refused'; readonly fault: string };

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
  readonly onObserved: (observed: ObservedObject<Kept>) => void;
  /** Called for each answer or event of the API server. */
  readonly onHeartbeat: () => void;
  readonly onTrouble: (trouble: Trouble) => void;
  readonly times?: ObjectTimes;
}

interface Held<Kept> {
  /** Undefined: there is no such object. */
  readonly version: string | undefined;
  readonly observed: ObservedObject<Kept>;
}

/** Keeps an eye on one object: a watch tells what happens to it, and a look now and then whether the watch still does. */
export class ObjectWatch<Kept> {
  readonly #options: ObjectOptions<Kept>;
  readonly #times: ObjectTimes;
  readonly #watch: CollectionWatch<Held<Kept>>;
  /** As the watch tells it; undefined before its first list. */
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
        // The collection holds this object or nothing.
        const [object] = change.kind === 'listed' ? change.objects.values() : [];
        this.#held = (change.kind === 'put' ? change.object : object) ?? ABSENT;
        this.#answered('watch');
      },
      onHeartbeat,
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
    this.#options.onHeartbeat();
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
    this.#refusals.answered(during);
    if (this.#held && !this.#refusals.goOn) this.#options.onObserved(this.#held.observed);
  }

  #failed(during: Trouble['during'], error: unknown, milliseconds: number): void {
    this.#options.onTrouble({ during, error, pause: milliseconds });
    const fault = this.#refusals.failed(during, error);
    if (fault !== undefined) this.#options.onObserved({ kind: 'refused', fault });
  }
}

const ABSENT = { version: undefined, observed: { kind: 'absent' } } as const;
