import { setTimeout as pause } from 'node:timers/promises';
import type { Answer } from '../api.ts';

export interface SteadyCalls {
  /** Lets what was begun end, and gives how many milliseconds each call took that was answered with success. */
  readonly stop: () => Promise<number[]>;
}

/**
 * Calls that begin one every so many milliseconds, whether or not those before have ended: so whatever stops for 100 ms is
 * met by every call of that time, not by one.
 */
export function callSteadily(every: number, send: (number: number) => Promise<Answer>): SteadyCalls {
  const took: number[] = [];
  const open = new Set<Promise<void>>();
  const began = performance.now();
  let begun = 0;
  let stopped = false;
  const call = async (): Promise<void> => {
    // Nobody answers before there is a certificate.
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
