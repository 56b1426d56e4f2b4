import { setTimeout as pause } from 'node:timers/promises';

/** Something that clients do over and over, at a pace of its own. */
export interface Habit {
  readonly what: string;
  /** Milliseconds from one beginning to the next; later when it takes longer. */
  readonly every: number;
  /** Throws when it was not answered as it has to be. */
  readonly once: () => Promise<void>;
}

export interface Load {
  /** How often each was done. */
  readonly done: ReadonlyMap<string, number>;
  /** What was not answered as it has to be. */
  readonly surprises: readonly string[];
  /** Lets what was begun end. */
  readonly stop: () => Promise<void>;
}

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
