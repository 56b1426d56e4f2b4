/** `1 error`, `2 errors`. */
export const counted = (count: number, noun: string, plural = `${noun}s`): string =>
  `${count} ${count === 1 ? noun : plural}`;

/** `2 errors and 1 warning`; what there is none of is left out. */
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

/** Of problems that are counted, but not spelled out. */
export const notShown = (count: number): string =>
  `${counted(count, 'more problem')} ${count === 1 ? 'is' : 'are'} not shown`;

/** `a`, `a and b`, `a, b and c`. */
export const inAList = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
