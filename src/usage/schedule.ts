/** Milliseconds for which an API server keeps an Event (kube-apiserver, --event-ttl). */
export const EVENT_TTL = 60 * 60_000;

/** Milliseconds, ten minutes less than the lifetime of an Event: a renewal may be late by some minutes. */
export const RENEW_AFTER = 50 * 60_000;

/** Milliseconds until the next attempt after a failure, such as an unreachable API server. */
const RETRY_AFTER = 30_000;

const MINUTE = 60_000;

/** The fields of a notice that the schedule reads. */
interface Due {
  readonly id: string;
  readonly ongoing: boolean;
  readonly messagePrefix: string;
  /** The namespace. Tools take turns. */
  readonly tool: string;
}

interface Known {
  readonly messagePrefix: string;
  /** Infinity: recorded, and not ongoing. */
  readonly dueAt: number;
  /** When it became due, however often recording it has failed since. */
  readonly waitsSince: number;
  /** When its Event expires; until then it is remembered, even if it no longer holds. */
  readonly until: number;
  /** False for a notice that was never recorded. */
  readonly told: boolean;
}

/**
 * Decides when a notice is due. A new notice is due at once. An ongoing one is due again after `RENEW_AFTER`, or at once
 * when its prefix changes. In any minute there are at most `perMinute` writes; a notice that has to wait is dropped if it
 * no longer holds. Times are milliseconds since 1970.
 */
export class Schedule {
  readonly #perMinute: number;
  /** By id. */
  readonly #known = new Map<string, Known>();
  /** When each tool had its last turn, whether recording succeeded or not. */
  readonly #lastTurns = new Map<string, number>();
  /** Whether a notice was due again at the last call of `due`. */
  #againWaits = false;
  /** Whether the last turn was that of a notice never recorded, while another was due again. */
  #lastWasFirst = false;
  #writes: number[] = [];

  constructor(perMinute: number) {
    this.#perMinute = perMinute;
  }

  /**
   * The notices to record now. Those never recorded and those that are due again alternate, beginning with the former, so that a
   * tool that starts new workloads without end cannot make the Events of others expire. In both, tools take turns, also from one
   * call to the next: the tool that has waited longest since its last turn is first. Within a tool the longest due is first.
   */
  due<Wanted extends Due>(wanted: ReadonlyMap<string, Wanted>, now: number): Wanted[] {
    this.#forget(wanted, now);
    const due = [...wanted.values()]
      .map((notice) => ({ notice, known: this.#update(notice, now) }))
      .filter(({ known }) => known.dueAt <= now)
      // Among notices that are due at the same time, the one whose Event expires first comes first.
      .sort(({ known: one }, { known: other }) => one.dueAt - other.dueAt || one.until - other.until);
    const inTurns = (told: boolean) =>
      this.#inTurns(due.filter(({ known }) => known.told === told).map(({ notice }) => notice));
    const [first, again] = [inTurns(false), inTurns(true)];
    this.#againWaits = again.length > 0;
    return this.#lastWasFirst ? alternating(again, first) : alternating(first, again);
  }

  /** The first of each tool, then the second of each, and so on. */
  #inTurns<Wanted extends Due>(notices: readonly Wanted[]): Wanted[] {
    const turns = new Map<string, number>();
    return notices
      .map((notice) => {
        const turn = turns.get(notice.tool) ?? 0;
        turns.set(notice.tool, turn + 1);
        return { notice, turn, lastTurn: this.#lastTurns.get(notice.tool) ?? 0 };
      })
      .sort((one, other) => one.turn - other.turn || one.lastTurn - other.lastTurn)
      .map(({ notice }) => notice);
  }

  /** When the first of these notices that is not recorded became due; undefined if all are. */
  waitingSince(wanted: ReadonlyMap<string, Due>, now: number): number | undefined {
    let first = Number.POSITIVE_INFINITY;
    for (const id of wanted.keys()) first = Math.min(first, this.#known.get(id)?.waitsSince ?? first);
    return first <= now ? first : undefined;
  }

  /** Writes left in the current minute. */
  room(now: number): number {
    this.#writes = this.#writes.filter((at) => now - MINUTE < at && at <= now);
    return this.#perMinute - this.#writes.length;
  }

  wrote(writes: number, now: number): void {
    for (let write = 0; write < writes; write += 1) this.#writes.push(now);
  }

  /** `at`: the time of the Event, which a former leader may have written. */
  recorded({ id, ongoing, messagePrefix, tool }: Due, at: number, now = at): void {
    const dueAt = ongoing ? at + RENEW_AFTER : Number.POSITIVE_INFINITY;
    this.#tookTurn(tool, this.#known.get(id)?.told ?? false, now);
    this.#known.set(id, { messagePrefix, dueAt, waitsSince: dueAt, until: at + EVENT_TTL, told: true });
  }

  failed({ id, messagePrefix, tool }: Due, now: number): void {
    const { waitsSince, told } = this.#known.get(id) ?? { waitsSince: now, told: false };
    this.#known.set(id, { messagePrefix, dueAt: now + RETRY_AFTER, waitsSince, until: now, told });
    this.#tookTurn(tool, told, now);
  }

  #tookTurn(tool: string, told: boolean, now: number): void {
    this.#lastTurns.set(tool, now);
    this.#lastWasFirst = !told && this.#againWaits;
  }

  /** What is known of a notice that holds now. */
  #update({ id, ongoing, messagePrefix }: Due, now: number): Known {
    const before = this.#known.get(id) ?? {
      messagePrefix,
      dueAt: now,
      waitsSince: now,
      until: now,
      told: false,
    };
    // A later time comes from a replica whose clock was ahead.
    const isDue = ongoing && (before.messagePrefix !== messagePrefix || before.dueAt > now + RENEW_AFTER);
    const known = isDue
      ? {
          ...before,
          messagePrefix,
          dueAt: Math.min(before.dueAt, now),
          waitsSince: Math.min(before.waitsSince, now),
        }
      : before;
    this.#known.set(id, known);
    return known;
  }

  /** Keeps a notice that no longer holds until its Event expires, so that one that returns is not recorded twice. */
  #forget(wanted: ReadonlyMap<string, Due>, now: number): void {
    for (const [id, { until }] of this.#known)
      if (!wanted.has(id) && (until <= now || until > now + EVENT_TTL)) this.#known.delete(id);
    // An hour without a turn counts like none.
    for (const [tool, at] of this.#lastTurns) if (at <= now - EVENT_TTL) this.#lastTurns.delete(tool);
  }
}

/** One of each list in turn, and the rest of the longer one. */
function alternating<Item>(one: readonly Item[], other: readonly Item[]): Item[] {
  const length = Math.max(one.length, other.length);
  return Array.from({ length }, (_, index) => [one[index], other[index]])
    .flat()
    .filter((item) => item !== undefined);
}
