import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds. */
export interface Pauses {
  readonly from: number;
  readonly to: number;
}

/**
 * Exponential back-off with jitter: each pause is up to twice as long as the one before. Without jitter all replicas would
 * call a recovered API server at the same moment.
 */
export class BackOff {
  readonly #pauses: Pauses;
  #failures = 0;

  constructor(pauses: Pauses) {
    this.#pauses = pauses;
  }

  /** Consecutive failures. */
  get failures(): number {
    return this.#failures;
  }

  /** Counts a failure. Returns the milliseconds until the next attempt. */
  failed(): number {
    const { from, to } = this.#pauses;
    const max = Math.min(to, from * 2 ** this.#failures);
    this.#failures += 1;
    return max * (0.5 + Math.random() / 2);
  }

  succeeded(): void {
    this.#failures = 0;
  }
}

/** Resolves after this time, or when the signal aborts. Never rejects. */
export const pause = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  sleep(milliseconds, undefined, { signal }).catch(() => {});
