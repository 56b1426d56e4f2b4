/** Milliseconds for which an API server keeps an Event (kube-apiserver, --event-ttl). */
export const EVENT_TTL = 60 * 60_000;

/** Milliseconds. A renewal that is late by some minutes still comes in time. */
export const RENEW_AFTER = 50 * 60_000;

/** After a failure, such as an API server that is away. */
const AGAIN_AFTER = 30_000;

const MINUTE = 60_000;

/** What the schedule knows of a notice. */
interface Due {
  readonly id: string;
  readonly ongoing: boolean;
  readonly messagePrefix: string;
  /** The namespace: no tool waits for all notices of another. */
  readonly tool: string;
}

interface Known {
  readonly messagePrefix: string;
  readonly dueAt: number;
  readonly until: number;
}

/**
 * When a notice is due: at once when it is new or, while it is ongoing, its prefix changes; again while it is ongoing; never
 * more than so many writes in any minute. A notice without room waits, and is forgotten if it is over by then.
 * Times are milliseconds since 1970.
 */
export class Schedule {
  readonly #perMinute: number;
  /** When each is due next, never if it was recorded and is not ongoing; and how long that is kept when it is over. */
  readonly #known = new Map<string, Known>();
  #writes: number[] = [];

  constructor(perMinute: number) {
    this.#perMinute = perMinute;
  }

  /** What to record now: one of each tool, then the second of each, and so on; of one tool the longest due first. */
  due<Wanted extends Due>(wanted: ReadonlyMap<string, Wanted>, now: number): Wanted[] {
    this.#forget(wanted, now);
    for (const { id, ongoing, messagePrefix } of wanted.values()) {
      const known = this.#known.get(id);
      if (!known) this.#known.set(id, { messagePrefix, dueAt: now, until: now });
      // What is due later than that was recorded by a clock that was ahead.
      else if (ongoing && (known.messagePrefix !== messagePrefix || known.dueAt > now + RENEW_AFTER))
        this.#known.set(id, { ...known, messagePrefix, dueAt: Math.min(known.dueAt, now) });
    }
    const due = [...wanted.values()]
      .filter(({ id }) => this.#dueOf(id) <= now)
      .sort(
        (one, other) =>
          this.#dueOf(one.id) - this.#dueOf(other.id) || this.#untilOf(one.id) - this.#untilOf(other.id),
      );
    const turns = new Map<string, number>();
    const inTurn = due.map((notice) => {
      const turn = turns.get(notice.tool) ?? 0;
      turns.set(notice.tool, turn + 1);
      return { notice, turn };
    });
    return inTurn.sort((one, other) => one.turn - other.turn).map(({ notice }) => notice);
  }

  /** How many more writes there may be within this minute. */
  room(now: number): number {
    this.#writes = this.#writes.filter((at) => now - MINUTE < at && at <= now);
    return this.#perMinute - this.#writes.length;
  }

  wrote(writes: number, now: number): void {
    for (let write = 0; write < writes; write += 1) this.#writes.push(now);
  }

  /** `at`: when it was recorded, by this replica or by one that led before. */
  recorded({ id, ongoing, messagePrefix }: Due, at: number): void {
    this.#known.set(id, {
      messagePrefix,
      dueAt: ongoing ? at + RENEW_AFTER : Number.POSITIVE_INFINITY,
      until: at + EVENT_TTL,
    });
  }

  failed({ id, messagePrefix }: Due, now: number): void {
    this.#known.set(id, { messagePrefix, dueAt: now + AGAIN_AFTER, until: now });
  }

  /** What is over, unless its Event still stands: something that comes and goes is recorded once in that time. */
  #forget(wanted: ReadonlyMap<string, Due>, now: number): void {
    for (const [id, { until }] of this.#known)
      if (!wanted.has(id) && (until <= now || until > now + EVENT_TTL)) this.#known.delete(id);
  }

  #dueOf(id: string): number {
    return this.#known.get(id)?.dueAt ?? Number.POSITIVE_INFINITY;
  }

  /** Whose Event is over first goes before those that became due with it. */
  #untilOf(id: string): number {
    return this.#known.get(id)?.until ?? Number.POSITIVE_INFINITY;
  }
}
