/** How long a condition has held, on the monotonic clock: a wall clock may jump, or differ on another machine. */
export interface HeldCondition {
  readonly what: string;
  /** Milliseconds that count. */
  readonly held: number;
  /** When it was last observed. */
  readonly seen: number;
}

/**
 * The time between two observations counts as a third of the overlap at most. While no API server answers, or the machine is
 * paused, other replicas observe nothing either: such an hour must not count as one in which they could have learned.
 */
const OBSERVATIONS = 3;

/** Goes on while each observation is the same; undefined is nothing, and ends it. All times are milliseconds. */
export function trackCondition(
  before: HeldCondition | undefined,
  what: string | undefined,
  overlap: number,
  uptime: number,
): HeldCondition | undefined {
  if (what === undefined) return undefined;
  if (before?.what !== what) return { what, held: 0, seen: uptime };
  return { what, held: before.held + Math.min(uptime - before.seen, overlap / OBSERVATIONS), seen: uptime };
}

export const hasHeld = (what: HeldCondition | undefined, overlap: number): boolean =>
  what !== undefined && what.held >= overlap;
