/** Gives back what was taken, or leaves the queue. A second call does nothing. */
export type Release = () => void;

/**
 * So many bytes may be held at once; who comes later waits in line, whatever its size. A large body can't be overtaken
 * for ever by small ones, and whoever waits has not been read: the sender's own window holds it.
 */
export class ByteBudget {
  readonly #total: number;
  #held = 0;
  #waiting: { readonly bytes: number; readonly start: () => void }[] = [];

  constructor(total: number) {
    this.#total = total;
  }

  get held(): number {
    return this.#held;
  }

  /** Calls `start` once the bytes are there: at once where possible. */
  take(bytes: number, start: () => void): Release {
    let holds = false;
    let released = false;
    const turn = {
      bytes,
      start: () => {
        holds = true;
        this.#held += bytes;
        start();
      },
    };
    if (this.#waiting.length === 0 && this.#fits(bytes)) turn.start();
    else this.#waiting.push(turn);

    return () => {
      if (released) return;
      released = true;
      if (holds) this.#held -= bytes;
      else this.#waiting = this.#waiting.filter((waiting) => waiting !== turn);
      this.#next();
    };
  }

  /** For who would otherwise wait for something else first: now, or not at all. */
  takeNow(bytes: number): Release | undefined {
    return this.#waiting.length === 0 && this.#fits(bytes) ? this.take(bytes, () => {}) : undefined;
  }

  #next(): void {
    for (let turn = this.#waiting[0]; turn && this.#fits(turn.bytes); turn = this.#waiting[0]) {
      this.#waiting.shift();
      turn.start();
    }
  }

  /** What is larger than the whole budget may go alone: better than never. */
  #fits(bytes: number): boolean {
    return this.#held === 0 || this.#held + bytes <= this.#total;
  }
}
