import type { CommandResult } from '../command-result.ts';
import type { Io } from '../io.ts';
import { colorsFor } from '../output/colors.ts';
import { toText } from '../output/findings-text.ts';
import { editAsCsv, useAsCsv } from './csv.ts';
import { editAsText } from './edit-text.ts';
import { editAsJson, useAsJson } from './json.ts';
import type { EditReport, UseReport } from './report.ts';
import { useAsText } from './use-text.ts';
import { editInWords, useInWords } from './words.ts';

export type Format = 'table' | 'json' | 'csv';

/** The report on stdout. What has no place in CSV, which knows rows alone, is told people on stderr. */
export function render(
  report: UseReport | EditReport,
  format: Format,
  io: Io,
): Pick<CommandResult, 'stdout' | 'stderr'> {
  switch (format) {
    case 'table': {
      const colors = colorsFor(io.stdout, io.env);
      return { stdout: report.kind === 'use' ? useAsText(report, colors) : editAsText(report, colors) };
    }
    case 'json':
      return { stdout: report.kind === 'use' ? useAsJson(report) : editAsJson(report) };
    case 'csv':
      return report.kind === 'use'
        ? { stdout: useAsCsv(report.rows), stderr: sentences(useInWords(report)) }
        : { stdout: editAsCsv(report.affected ?? []), stderr: problemsOf(report, io) };
  }
}

function problemsOf(report: EditReport, io: Io): string {
  const { findings } = report.edit;
  const problems = findings.findings.length > 0 ? toText([findings], colorsFor(io.stderr, io.env)) : '';
  return `${problems}${sentences(editInWords(report))}`;
}

const sentences = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');
