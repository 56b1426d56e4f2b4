/** Something that is so at each look, by a clock that is never set: a wall clock may jump, or differ elsewhere. */
export interface HeldCondition {
  readonly what: string;
  /** Milliseconds that count. */
  readonly held: number;
  /** When it was last looked at. */
  readonly seen: number;
}

/**
 * What passes between two looks counts as a third of the overlap at most. While no API server answers, or the machine is
 * paused, nobody else looks either: an hour of that must not pass for one in which everybody could have learned.
 */
const LOOKS = 3;

/** Goes on as long as it is the same at each look; undefined is nothing, and ends it. All times are milliseconds. */
export function trackCondition(
  before: HeldCondition | undefined,
  what: string | undefined,
  overlap: number,
  uptime: number,
): HeldCondition | undefined {
  if (what === undefined) return undefined;
  if (before?.what !== what) return { what, held: 0, seen: uptime };
  return { what, held: before.held + Math.min(uptime - before.seen, overlap / LOOKS), seen: uptime };
}

export const hasHeld = (what: HeldCondition | undefined, overlap: number): boolean =>
  what !== undefined && what.held >= overlap;
