import { isAcknowledged, type Problem, severityOf } from './problem.ts';

/** The first problems, and the counts of all. */
export interface Report {
  /** At most `MOST_SPELLED_OUT`: errors first, then in document order. */
  readonly problems: readonly Problem[];
  readonly errors: number;
  readonly warnings: number;
  /** Warnings that are not acknowledged. */
  readonly unacknowledged: number;
}

/** About five screens; people with more problems fix these first. It also bounds the size of every answer. */
export const MOST_SPELLED_OUT = 100;

export function report(problems: readonly Problem[]): Report {
  const errors: Problem[] = [];
  const warnings: Problem[] = [];
  for (const problem of problems) (severityOf(problem) === 'error' ? errors : warnings).push(problem);
  const ordered = [...inDocumentOrder(errors), ...inDocumentOrder(warnings)];
  return {
    problems: ordered.slice(0, MOST_SPELLED_OUT).map(withShortField),
    errors: errors.length,
    warnings: warnings.length,
    unacknowledged: warnings.filter((problem) => !isAcknowledged(problem)).length,
  };
}

/** Longer than the path of any valid name. A name with faults may be as long as the document allows. */
const LONGEST_FIELD = 300;

function withShortField(problem: Problem): Problem {
  const { field } = problem;
  if (field.length <= LONGEST_FIELD) return problem;
  // The beginning names the entry, the end the field.
  const half = LONGEST_FIELD / 2;
  return { ...problem, field: `${field.slice(0, half)}…${field.slice(1 - half)}` };
}

const inDocumentOrder = (problems: Problem[]): Problem[] => problems.sort((a, b) => a.at.start - b.at.start);
