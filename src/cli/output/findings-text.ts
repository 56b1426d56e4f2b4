import { counted, countedProblems } from '../../catalog/wording.ts';
import { PROGRAM } from '../version.ts';
import type { Colors } from './colors.ts';
import { type FileFindings, type Finding, readersInWords, sentence, unspoken } from './findings.ts';
import { printable } from './terminal-safe.ts';

/** Findings for people: each problem with a picture of its line, then the sum. */
export function findingsAsText(files: readonly FileFindings[], colors: Colors): string {
  const blocks = files.flatMap((file) => [
    ...fixesIn(file, colors),
    ...file.findings.map((finding) => block(file.file, finding, colors)),
    ...rest(file),
  ]);
  const readers = new Set(files.flatMap((file) => file.readers ?? []));
  const compared = readers.size > 0 ? [readersInWords([...readers])] : [];
  const subjects = new Set(files.flatMap((file) => file.subjects ?? []));
  const meant =
    subjects.size > 0
      ? [`Intended losses can be acknowledged: --acknowledge ${printable([...subjects].join(','))}`]
      : [];
  return [...blocks, summary(files), ...compared, ...meant].map((part) => `${part}\n`).join('');
}

/** What --fix changed in a file, a line each, and a space below. */
function fixesIn({ file, fixed = [] }: FileFindings, { bold, dim, green }: Colors): string[] {
  if (fixed.length === 0) return [];
  const rows = fixed.map(({ code, line, column, from, to }) => {
    const change = to === '' ? `${quoted(from)} is removed` : `${quoted(from)} is now ${quoted(to)}`;
    return `${bold(`${printable(file)}:${line}:${column}`)}: ${green('fixed')}: ${change} ${dim(`[${code}]`)}`;
  });
  return [`${rows.join('\n')}\n`];
}

const quoted = (text: string): string => printable(JSON.stringify(text));

function block(file: string, finding: Finding, { bold, dim, red, yellow }: Colors): string {
  const severity = finding.severity === 'error' ? red('error') : yellow('warning');
  const place = bold(`${printable(file)}:${finding.line}:${finding.column}`);
  const head = `${place}: ${severity}: ${sentence(finding)} ${dim(`[${finding.code}]`)}`;
  return finding.picture === '' ? `${head}\n` : `${head}\n${finding.picture}\n`;
}

function rest(file: FileFindings): string[] {
  const count = unspoken(file);
  return count === 0 ? [] : [`${printable(file.file)}: ${counted(count, 'more problem')}\n`];
}

function summary(files: readonly FileFindings[]): string {
  const total = (of: 'errors' | 'warnings') => files.reduce((sum, file) => sum + file[of], 0);
  const [errors, warnings] = [total('errors'), total('warnings')];
  const where = counted(files.length, 'file');
  const fixed = files.reduce((sum, file) => sum + (file.fixed?.length ?? 0), 0);
  if (errors + warnings === 0)
    return fixed === 0 ? `No problems in ${where}.` : `No problems left in ${where}; ${fixed} fixed.`;
  return `${countedProblems({ errors, warnings })} in ${where}. What a code means: ${PROGRAM} explain CODE`;
}
