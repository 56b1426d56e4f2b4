/** What is wrong, and what to do. Neither names the place, which the renderer puts in front. */
export interface Words {
  readonly message: string;
  readonly remedy: string;
}

/** Longer than any valid name or image URL. A catalog with faults may hold texts of any length. */
const MAX_LENGTH = 300;

/** A text of the catalog as a message shows it: cut after 300 characters. */
export const brief = (text: string): string =>
  text.length <= MAX_LENGTH ? text : `${text.slice(0, MAX_LENGTH - 1)}…`;

/** Controls, format characters (bidirectional overrides), halves of surrogate pairs, line and paragraph separators. */
export const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** `1 error`, `2 errors`. */
export const counted = (count: number, noun: string, plural = `${noun}s`): string =>
  `${count} ${count === 1 ? noun : plural}`;

/** `2 errors and 1 warning`; a count of 0 is left out. */
export const countedProblems = ({
  errors,
  warnings,
}: {
  readonly errors: number;
  readonly warnings: number;
}): string =>
  [
    ...(errors > 0 ? [counted(errors, 'error')] : []),
    ...(warnings > 0 ? [counted(warnings, 'warning')] : []),
  ].join(' and ');

/** The line about problems that a report counts and does not list. */
export const notShown = (count: number): string =>
  `${counted(count, 'more problem')} ${count === 1 ? 'is' : 'are'} not shown`;

/** `a`, `a and b`, `a, b and c`. */
export const inAList = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
