import { isForbiddenOrUnauthorized } from './api-error.ts';

/**
 * Refusals of several callers. They count when they go on for a while: an API server that starts refuses everybody, until
 * it has read its rules.
 */
export class Refusals {
  readonly #milliseconds: number;
  /** Since when, by performance.now(). */
  readonly #since = new Map<string, number>();

  constructor(milliseconds: number) {
    this.#milliseconds = milliseconds;
  }

  /** Whether anybody was refused the last time. */
  get goOn(): boolean {
    return this.#since.size > 0;
  }

  answered(caller: string): void {
    this.#since.delete(caller);
  }

  /** The words of a refusal that counts. */
  failed(caller: string, error: unknown): string | undefined {
    if (!isForbiddenOrUnauthorized(error)) return undefined;
    const now = performance.now();
    const since = this.#since.get(caller) ?? now;
    this.#since.set(caller, since);
    return now - since >= this.#milliseconds ? (error as Error).message : undefined;
  }
}
