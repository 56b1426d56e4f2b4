import type { FileFindings, Finding } from '../output/finding.ts';

/** One object for all files. */
export function toJson(files: readonly FileFindings[]): string {
  const total = (of: 'errors' | 'warnings') => files.reduce((sum, file) => sum + file[of], 0);
  const answer = {
    files: files.map(({ file, findings, readers }) => ({
      file,
      problems: findings.map(plainFinding),
      ...(readers && { readers }),
    })),
    errors: total('errors'),
    warnings: total('warnings'),
  };
  return `${JSON.stringify(answer, null, 2)}\n`;
}

/** What programs are told of a problem. */
export const plainFinding = ({ code, severity, message, field, line, column }: Finding) => ({
  code,
  severity,
  message,
  field,
  line,
  column,
});
