import { setTimeout as pause } from 'node:timers/promises';

/** Something that clients do at a steady pace. */
export interface Habit {
  readonly what: string;
  /** Milliseconds from one start to the next; more when one call takes longer. */
  readonly every: number;
  /** Throws on an unexpected answer. */
  readonly once: () => Promise<void>;
}

export interface Load {
  /** How many times each habit was done. */
  readonly done: ReadonlyMap<string, number>;
  /** Unexpected answers. */
  readonly surprises: readonly string[];
  /** Stops, and settles when everything begun has ended. */
  readonly stop: () => Promise<void>;
}

/** Does all habits until `stop`. */
export function put(habits: readonly Habit[]): Load {
  const done = new Map<string, number>();
  const surprises: string[] = [];
  const over = new AbortController();
  const live = async ({ what, every, once }: Habit): Promise<void> => {
    while (!over.signal.aborted) {
      const next = performance.now() + every;
      await once().catch((error: unknown) => void surprises.push(`${what}: ${String(error).slice(0, 400)}`));
      done.set(what, (done.get(what) ?? 0) + 1);
      const left = Math.max(0, next - performance.now());
      await pause(left, undefined, { signal: over.signal }).catch(() => undefined);
    }
  };
  const living = Promise.all(habits.map(live));
  return {
    done,
    surprises,
    async stop() {
      over.abort();
      await living;
    },
  };
}
