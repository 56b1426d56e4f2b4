import { codeFrame } from '../../catalog/code-frame.ts';
import { LineIndex, type Span } from '../../catalog/positions.ts';
import { type Severity, severityOf } from '../../catalog/problem.ts';
import { describe } from '../../catalog/problem-message.ts';
import { inAList, type Words } from '../../catalog/wording.ts';
import type { ToolFinding } from '../../tool-files/finding.ts';
import { describeToolFinding } from '../../tool-files/finding-message.ts';
import type { LintedFile } from '../lint-file.ts';
import { type FindingCode, findingInfo } from './finding-codes.ts';
import { printable } from './terminal-safe.ts';

/** One problem in words, and its place: lines and columns count from 1, in UTF-16 code units; the end is exclusive. */
export interface Finding {
  readonly code: FindingCode;
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

/** A finding that was fixed. Lines and columns are those before the fix. */
export interface Fixed {
  readonly code: FindingCode;
  readonly line: number;
  readonly column: number;
  /** As it was. */
  readonly from: string;
  /** Empty if it was removed. */
  readonly to: string;
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
  /** What --fix changed; absent without that option. */
  readonly fixed?: readonly Fixed[];
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
    findings: problems.map((problem) =>
      placedFinding(
        { ...problem, severity: severityOf(problem) },
        describe(problem, (offset) => lines.position(offset).line),
        lines,
      ),
    ),
    errors,
    warnings,
    ...(readers && { readers }),
    ...(subjects && { subjects }),
  };
}

/** The findings about a file of a tool. All are spelled out: each is a line to change. */
export function toolFileFindings(file: string, text: string, found: readonly ToolFinding[]): FileFindings {
  const lines = new LineIndex(text);
  const findings = found.map((finding) =>
    placedFinding(
      { ...finding, severity: findingInfo[finding.code].severity },
      describeToolFinding(finding),
      lines,
    ),
  );
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  return { file, findings, errors, warnings: findings.length - errors };
}

function placedFinding(
  { code, severity, at, field }: Pick<Finding, 'code' | 'severity' | 'field'> & { readonly at: Span },
  { message, remedy }: Words,
  lines: LineIndex,
): Finding {
  const { line, column } = lines.position(at.start);
  const end = lines.position(at.end);
  return {
    code,
    severity,
    message: printable(`${message}; ${remedy}`),
    field: printable(field),
    line,
    column,
    endLine: end.line,
    endColumn: end.column,
    picture: at.end > at.start ? codeFrame(lines, at) : '',
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
