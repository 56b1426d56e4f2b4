import { codeFrame } from '../../catalog/code-frame.ts';
import { LineIndex } from '../../catalog/positions.ts';
import { type Problem, type ProblemCode, type Severity, severityOf } from '../../catalog/problem.ts';
import { describe } from '../../catalog/problem-message.ts';
import { inAList } from '../../catalog/wording.ts';
import type { LintedFile } from '../lint-file.ts';
import { printable } from './terminal-safe.ts';

/** One problem in words, and its place: lines and columns count from 1, in UTF-16 code units; the end is exclusive. */
export interface Finding {
  readonly code: ProblemCode;
  readonly severity: Severity;
  /** What was found and what to do, in one line. */
  readonly message: string;
  /** Empty for a problem of the whole document. */
  readonly field: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  /** The line with a caret line below; empty for a problem of no line in particular. */
  readonly picture: string;
}

/** What every format prints of one file: the findings that are spelled out, and the counts of all. */
export interface FileFindings {
  readonly file: string;
  readonly findings: readonly Finding[];
  readonly errors: number;
  readonly warnings: number;
  /** The consumers that a change was judged for. */
  readonly readers?: readonly string[];
  /** The subjects that acknowledge all that the change takes. */
  readonly subjects?: readonly string[];
}

export function findingsOf({
  file,
  text,
  problems,
  errors,
  warnings,
  readers,
  subjects,
}: LintedFile): FileFindings {
  const lines = new LineIndex(text);
  return {
    file,
    findings: problems.map((problem) => findingOf(problem, lines)),
    errors,
    warnings,
    ...(readers && { readers }),
    ...(subjects && { subjects }),
  };
}

function findingOf(problem: Problem, lines: LineIndex): Finding {
  const { message, remedy } = describe(problem, (offset) => lines.position(offset).line);
  const { line, column } = lines.position(problem.at.start);
  const end = lines.position(problem.at.end);
  return {
    code: problem.code,
    severity: severityOf(problem),
    message: printable(`${message}; ${remedy}`),
    field: printable(problem.field),
    line,
    column,
    endLine: end.line,
    endColumn: end.column,
    picture: problem.at.end > problem.at.start ? codeFrame(lines, problem.at) : '',
  };
}

/** A problem in the JSON of `lint`, `diff` and `audit --edit`. */
export const plainFinding = ({ code, severity, message, field, line, column }: Finding) => ({
  code,
  severity,
  message,
  field,
  line,
  column,
});

/** The message behind the field path, which comes first: in a manifest the line is that of the rendered text, not of the admin's source. */
export const sentence = ({ field, message }: Finding): string =>
  field === '' ? message : `${field}: ${message}`;

/** How many problems were counted but not spelled out. */
export const unspoken = ({ findings, errors, warnings }: FileFindings): number =>
  errors + warnings - findings.length;

/** The consumers follow from the old catalog; an admin who knows better can object. */
export const readersInWords = (readers: readonly string[]): string =>
  `Compared for ${inAList(readers)}, which read the old catalog.`;
