import { setTimeout as pause } from 'node:timers/promises';
import type { Answer } from '../api.ts';

export interface SteadyCalls {
  /** Stops, waits for the calls in flight, and resolves to the milliseconds of each successful call. */
  readonly stop: () => Promise<number[]>;
}

/**
 * Starts a call every so many milliseconds, even while earlier calls are in flight. So a stall of 100 ms delays every call
 * that starts in that time, and not only one.
 */
export function callSteadily(every: number, send: (number: number) => Promise<Answer>): SteadyCalls {
  const took: number[] = [];
  const open = new Set<Promise<void>>();
  const began = performance.now();
  let begun = 0;
  let stopped = false;
  const call = async (): Promise<void> => {
    // The replica has no certificate at first.
    const answer = await send(begun).catch(() => undefined);
    if (answer && answer.status < 300) took.push(answer.milliseconds);
  };
  const run = async (): Promise<void> => {
    while (!stopped) {
      for (; began + begun * every <= performance.now(); begun += 1) {
        const called = call();
        open.add(called);
        void called.then(() => open.delete(called));
      }
      await pause(every / 2);
    }
  };
  const running = run();
  return {
    async stop() {
      stopped = true;
      await running;
      await Promise.all(open);
      return took;
    },
  };
}
