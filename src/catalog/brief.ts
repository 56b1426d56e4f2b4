/** What was found and expected, and what to do; both without the place, which the renderer puts in front. */
export interface Words {
  readonly message: string;
  readonly remedy: string;
}

/** Longer than any name or image URL that is right; what a catalog with faults holds may be of any length. */
const MAX_LENGTH = 300;

export const brief = (text: string): string =>
  text.length <= MAX_LENGTH ? text : `${text.slice(0, MAX_LENGTH - 1)}…`;
