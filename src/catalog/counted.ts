/** `1 error`, `2 errors`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

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
