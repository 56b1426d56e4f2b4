/** What one body holds of a budget. */
export interface Holding {
  /** Counts more bytes; calls `start` once there is room for them: at once where possible. */
  readonly grow: (bytes: number, start: () => void) => void;
  /** From now on holds so many bytes instead, which are there already: room or not. Whoever comes later waits for it. */
  readonly become: (bytes: number) => void;
  /** Gives everything back, and leaves the line. A second call does nothing. */
  readonly release: () => void;
}

interface Turn {
  readonly holding: Holding;
  readonly bytes: number;
  readonly start: () => void;
}

/**
 * So many bytes may be held at once. They are counted as they arrive, since a length that is only declared costs
 * nothing; who needs more than there is waits in line, and the sender's own window holds the rest.
 *
 * Bodies that each have arrived in part could so wait for one another for ever. Therefore one at a time, the first in
 * line, may go beyond the total until it is released: at worst the total and one body are held.
 */
export class ByteBudget {
  readonly #total: number;
  #held = 0;
  #waiting: Turn[] = [];
  #beyond: Holding | undefined;

  constructor(total: number) {
    this.#total = total;
  }

  get held(): number {
    return this.#held;
  }

  hold(): Holding {
    return this.#holding(0);
  }

  /** For what is there whole and only has to be answered: past the line, now, or not at all. */
  holdNow(bytes: number): Holding | undefined {
    return this.#held + bytes <= this.#total ? this.#holding(bytes) : undefined;
  }

  #holding(atFirst: number): Holding {
    let held = atFirst;
    let released = false;
    this.#held += atFirst;
    const holding: Holding = {
      grow: (bytes, start) => {
        if (released) return;
        const turn = {
          holding,
          bytes,
          start: () => {
            held += bytes;
            this.#held += bytes;
            start();
          },
        };
        // Whoever goes beyond waits behind nobody: the line moves when it has ended.
        if (this.#beyond === holding) turn.start();
        else this.#waiting.push(turn);
        this.#next();
      },
      become: (bytes) => {
        if (released) return;
        const given = held - bytes;
        this.#held -= given;
        held = bytes;
        if (given > 0) this.#next();
      },
      release: () => {
        if (released) return;
        released = true;
        this.#held -= held;
        this.#waiting = this.#waiting.filter((turn) => turn.holding !== holding);
        if (this.#beyond === holding) this.#beyond = undefined;
        this.#next();
      },
    };
    return holding;
  }

  #next(): void {
    const [turn] = this.#waiting;
    if (!turn || !this.#mayGo(turn)) return;
    this.#waiting.shift();
    turn.start();
    // One after the other: a small body may become a large answer, and that counts before the next one goes.
    if (this.#waiting.length > 0) setImmediate(() => this.#next());
  }

  #mayGo({ holding, bytes }: Turn): boolean {
    if (this.#held + bytes <= this.#total) return true;
    if (this.#beyond) return false;
    this.#beyond = holding;
    return true;
  }
}

/** Most reviews of Pods are far smaller. */
const SMALL_BODY = 256 * 1024;

/** Bodies up to 256 KiB have a quarter for themselves, so that they never wait behind larger ones. */
export class BodyBudget {
  readonly #small: ByteBudget;
  readonly #large: ByteBudget;

  /** `total` is kept to, except where it has no room for the largest body beside the others. */
  constructor(total: number, largest: number) {
    const forSmall = Math.floor(total / 4);
    // What one body may go beyond is set aside.
    this.#small = new ByteBudget(Math.max(0, forSmall - Math.min(SMALL_BODY, largest)));
    this.#large = new ByteBudget(Math.max(0, total - forSmall - largest));
  }

  get held(): number {
    return this.#small.held + this.#large.held;
  }

  /** For a body of so many bytes; undefined is a chunked one. */
  hold(declared: number | undefined): Holding {
    const isSmall = declared !== undefined && declared <= SMALL_BODY;
    return (isSmall ? this.#small : this.#large).hold();
  }

  /** For a body that has arrived whole, wherever there is room. */
  holdNow(bytes: number): Holding | undefined {
    return this.#small.holdNow(bytes) ?? this.#large.holdNow(bytes);
  }
}
