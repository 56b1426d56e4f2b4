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

/** The findings of one file for every format: the first ones in full, and the counts of all. */
export interface FileFindings {
  readonly file: string;
  readonly findings: readonly Finding[];
  readonly errors: number;
  readonly warnings: number;
  /** The consumers for which a change was assessed. */
  readonly readers?: readonly string[];
  /** The subjects to acknowledge: those of all losses that are not acknowledged yet. */
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

/**
 * The field path, then the message. The path helps where the line does not: in a manifest it is a line of the rendered text,
 * not of the admin's source.
 */
export const sentence = ({ field, message }: Finding): string =>
  field === '' ? message : `${field}: ${message}`;

/** The number of problems that are counted but not listed in full. */
export const unspoken = ({ findings, errors, warnings }: FileFindings): number =>
  errors + warnings - findings.length;

/** Names the consumers, which are derived from the old catalog, so that an admin who knows better can object. */
export const readersInWords = (readers: readonly string[]): string =>
  `Compared for ${inAList(readers)}, which read the old catalog.`;
