/** Milliseconds. */
export interface Pauses {
  readonly from: number;
  readonly to: number;
}

/**
 * Pauses between attempts that fail: each up to twice as long as the one before, and never the same for two replicas,
 * or an API server that comes back would meet all of them at once.
 */
export class BackOff {
  readonly #pauses: Pauses;
  #failures = 0;

  constructor(pauses: Pauses) {
    this.#pauses = pauses;
  }

  /** In a row. */
  get failures(): number {
    return this.#failures;
  }

  /** How long to wait now. */
  failed(): number {
    const { from, to } = this.#pauses;
    const longest = Math.min(to, from * 2 ** this.#failures);
    this.#failures += 1;
    return longest * (0.5 + Math.random() / 2);
  }

  succeeded(): void {
    this.#failures = 0;
  }
}
