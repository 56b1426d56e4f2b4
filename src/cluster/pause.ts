import { setTimeout as sleep } from 'node:timers/promises';

/** Waits so long, or until the signal. Never rejects. */
export const pause = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  sleep(milliseconds, undefined, { signal }).catch(() => {});
