/** Something that has been so since a moment of a clock that is never set: a wall clock may jump, or differ elsewhere. */
export interface Standing {
  readonly what: string;
  /** Milliseconds. */
  readonly since: number;
}

/** Goes on as long as it is the same at each look; undefined is nothing, and ends it. */
export const standing = (
  before: Standing | undefined,
  what: string | undefined,
  uptime: number,
): Standing | undefined =>
  what === undefined ? undefined : before?.what === what ? before : { what, since: uptime };

export const hasStood = (what: Standing | undefined, milliseconds: number, uptime: number): boolean =>
  what !== undefined && uptime - what.since >= milliseconds;
