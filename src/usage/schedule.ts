/** Milliseconds. Events live for an hour (kube-apiserver, --event-ttl): a renewal that is late by some minutes still comes in time. */
export const RENEW_AFTER = 50 * 60_000;

/** After a failure, such as an API server that is away. */
const AGAIN_AFTER = 30_000;

const MINUTE = 60_000;

/** Whatever can be told, and told again as long as it holds. */
interface Due {
  readonly id: string;
  readonly lasting: boolean;
}

/**
 * When something is due to be told: at once when it is new, again while it lasts, never more than so many writes in any
 * minute. What does not get its turn waits, and is forgotten if it is over by then. Times are milliseconds since 1970.
 */
export class Schedule {
  readonly #perMinute: number;
  /** When each is due next. What has been told once and does not last is due never. */
  readonly #dueAt = new Map<string, number>();
  #writes: number[] = [];

  constructor(perMinute: number) {
    this.#perMinute = perMinute;
  }

  /** What to tell now, the longest due first. */
  due<Told extends Due>(wanted: ReadonlyMap<string, Told>, now: number): Told[] {
    this.#forget(wanted, now);
    for (const id of wanted.keys()) if (!this.#dueAt.has(id)) this.#dueAt.set(id, now);
    return [...wanted.values()]
      .filter(({ id }) => this.#dueOf(id) <= now)
      .sort((one, other) => this.#dueOf(one.id) - this.#dueOf(other.id));
  }

  /** How many more writes there may be within this minute. */
  room(now: number): number {
    this.#writes = this.#writes.filter((at) => now - MINUTE < at && at <= now);
    return this.#perMinute - this.#writes.length;
  }

  wrote(writes: number, now: number): void {
    for (let write = 0; write < writes; write += 1) this.#writes.push(now);
  }

  /** `at`: when it was told, by us or by whoever told it before us. */
  told({ id, lasting }: Due, at: number): void {
    this.#dueAt.set(id, lasting ? at + RENEW_AFTER : Number.POSITIVE_INFINITY);
  }

  failed({ id }: Due, now: number): void {
    this.#dueAt.set(id, now + AGAIN_AFTER);
  }

  /** What is over, unless it was told just now: something that comes and goes is told once in its time. */
  #forget(wanted: ReadonlyMap<string, Due>, now: number): void {
    for (const [id, at] of this.#dueAt)
      if (!wanted.has(id) && !(at > now && at <= now + RENEW_AFTER)) this.#dueAt.delete(id);
  }

  #dueOf(id: string): number {
    return this.#dueAt.get(id) ?? Number.POSITIVE_INFINITY;
  }
}
