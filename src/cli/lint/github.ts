import { notShown } from '../../catalog/wording.ts';
import { type FileFindings, type Finding, readersInWords, sentence, unspoken } from '../output/findings.ts';
import { printable } from '../output/terminal-safe.ts';

/**
 * Workflow commands, which GitHub Actions turns into annotations of the changed lines.
 * https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions
 */
export function toGithub(files: readonly FileFindings[]): string {
  return files
    .flatMap((file) => [
      ...file.findings.map((finding) => annotation(file, finding)),
      ...rest(file),
      ...compared(file),
    ])
    .join('');
}

const annotation = ({ file }: FileFindings, finding: Finding): string =>
  command(
    finding.severity,
    { file, line: finding.line, col: finding.column, title: finding.code },
    sentence(finding),
  );

function rest(file: FileFindings): string[] {
  const count = unspoken(file);
  return count === 0 ? [] : [command('notice', { file: file.file }, notShown(count))];
}

const compared = ({ file, readers }: FileFindings): string[] =>
  readers ? [command('notice', { file }, readersInWords(readers))] : [];

function command(name: string, properties: Record<string, string | number>, message: string): string {
  const list = Object.entries(properties).map(([key, value]) => `${key}=${escapeProperty(String(value))}`);
  return `${printable(`::${name} ${list.join(',')}::${escapeData(message)}`)}\n`;
}

/** As in actions/toolkit, packages/core/src/command.ts. */
const escapeData = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');

const escapeProperty = (text: string): string =>
  escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
