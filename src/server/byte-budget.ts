/** The share of one body in a budget. */
export interface Holding {
  /** Counts more bytes. Calls `start` as soon as there is room for them, at once if there is now. */
  readonly grow: (bytes: number, start: () => void) => void;
  /** Counts this many bytes instead, even beyond the total, since they are in memory already. Later bodies wait for their release. */
  readonly replaceBy: (bytes: number) => void;
  /** Releases all bytes, and leaves the queue. A second call does nothing. */
  readonly release: () => void;
}

interface Waiting {
  readonly holding: Holding;
  readonly bytes: number;
  readonly start: () => void;
}

/**
 * Limits how many bytes are held at once. Bytes count as they arrive, since a declared length costs nothing. A body that
 * needs more bytes than are left waits in a queue, unread, and TCP's flow control holds the rest at the sender.
 *
 * Bodies that have each arrived in part could deadlock. Therefore one body at a time, the first of the queue, may exceed the
 * total until it is released: at worst the total and one body are held.
 */
export class ByteBudget {
  readonly #total: number;
  #held = 0;
  #waiting: Waiting[] = [];
  #exceeding: Holding | undefined;

  constructor(total: number) {
    this.#total = total;
  }

  get held(): number {
    return this.#held;
  }

  hold(): Holding {
    return this.#holding(0);
  }

  /** For a body that has arrived whole: skips the queue. Undefined when there is no room. */
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
        // The body that exceeds the total never waits: the queue moves when it is released.
        if (this.#exceeding === holding) turn.start();
        else this.#waiting.push(turn);
        this.#next();
      },
      replaceBy: (bytes) => {
        if (released) return;
        const freed = held - bytes;
        this.#held -= freed;
        held = bytes;
        if (freed > 0) this.#next();
      },
      release: () => {
        if (released) return;
        released = true;
        this.#held -= held;
        this.#waiting = this.#waiting.filter((turn) => turn.holding !== holding);
        if (this.#exceeding === holding) this.#exceeding = undefined;
        this.#next();
      },
    };
    return holding;
  }

  #next(): void {
    const [turn] = this.#waiting;
    if (!turn || !this.#mayStart(turn)) return;
    this.#waiting.shift();
    turn.start();
    // Starts one body after the other: a small body may have a large answer, whose bytes must count before the next body
    // starts.
    if (this.#waiting.length > 0) setImmediate(() => this.#next());
  }

  #mayStart({ holding, bytes }: Waiting): boolean {
    if (this.#held + bytes <= this.#total) return true;
    if (this.#exceeding) return false;
    this.#exceeding = holding;
    return true;
  }
}

/** Bytes. Most reviews of Pods are far smaller. */
const SMALL_BODY = 256 * 1024;

/** A budget in two shares: a quarter is for bodies up to 256 KiB, so that they never wait behind larger ones. */
export class BodyBudget {
  readonly #small: ByteBudget;
  readonly #large: ByteBudget;

  /** Holds at most `total` bytes, if `total` is large enough for each share to hold its largest body. */
  constructor(total: number, largest: number) {
    const forSmall = Math.floor(total / 4);
    // Each share leaves out the bytes by which one body may exceed its limit.
    this.#small = new ByteBudget(Math.max(0, forSmall - Math.min(SMALL_BODY, largest)));
    this.#large = new ByteBudget(Math.max(0, total - forSmall - largest));
  }

  get held(): number {
    return this.#small.held + this.#large.held;
  }

  /** For a body of so many declared bytes; undefined for a chunked one. */
  hold(declared: number | undefined): Holding {
    const isSmall = declared !== undefined && declared <= SMALL_BODY;
    return (isSmall ? this.#small : this.#large).hold();
  }

  /** For a body that has arrived whole: takes the first share with room, or returns undefined. */
  holdNow(bytes: number): Holding | undefined {
    return this.#small.holdNow(bytes) ?? this.#large.holdNow(bytes);
  }
}
