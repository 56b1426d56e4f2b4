import { isFinding } from '../../usage/audit-rows.ts';
import type { Gathered } from '../../usage/by-owner.ts';
import type { Colors } from '../output/colors.ts';
import { plainFinding } from '../output/findings.ts';
import { toJson } from '../output/terminal-safe.ts';
import { editAsCsv, historyAsCsv, useAsCsv } from './csv.ts';
import { editAsText, editInWords, problemsAsText } from './edit-text.ts';
import type { HistoryReport } from './history-report.ts';
import { historyAsText, historyInWords } from './history-text.ts';
import { type EditReport, type Seen, sinceSecond, type UseReport } from './report.ts';
import { textOfLines } from './rows.ts';
import { useAsText, useInWords } from './use-text.ts';

/** How one format prints each of the three reports. The colours are those of its output. */
interface Renderer {
  readonly use: (report: UseReport, colors: OutputColors) => PrintedReport;
  readonly edit: (report: EditReport, colors: OutputColors) => PrintedReport;
  readonly history: (report: HistoryReport, colors: OutputColors) => PrintedReport;
}

export interface PrintedReport {
  readonly stdout: string;
  readonly stderr?: string;
}

type OutputColors = Readonly<Record<'stdout' | 'stderr', Colors>>;

/** The formats of `audit`. Each row is a choice of `--format`; the first is the default. */
export const auditFormats = {
  table: {
    use: (report, { stdout }) => ({ stdout: useAsText(report, stdout) }),
    edit: (report, { stdout }) => ({ stdout: editAsText(report, stdout) }),
    history: (report, { stdout }) => ({ stdout: historyAsText(report, stdout) }),
  },
  json: {
    use: (report) => ({ stdout: useAsJson(report) }),
    edit: (report) => ({ stdout: editAsJson(report) }),
    history: (report) => ({ stdout: historyAsJson(report) }),
  },
  // CSV has room for rows only: sums and problems go to stderr.
  csv: {
    use: (report) => ({ stdout: useAsCsv(report.rows), stderr: textOfLines(useInWords(report)) }),
    edit: (report, { stderr }) => ({
      stdout: editAsCsv(report.affected ?? []),
      stderr: problemsAsText(report, stderr) + textOfLines(editInWords(report)),
    }),
    history: (report) => ({
      stdout: historyAsCsv(report.history.lines),
      stderr: textOfLines(historyInWords(report)),
    }),
  },
} satisfies Readonly<Record<string, Renderer>>;

/** docs/audit.md promises these fields. */
const useAsJson = ({ seen, rows, counts }: UseReport): string =>
  toJson({
    ...plainSeen(seen),
    counts,
    findings: rows.map((row) => ({
      ...plainRow(row, row.fact.name),
      status: row.fact.status,
      ...(row.fact.meant !== undefined && { didYouMean: row.fact.meant }),
      ...(isFinding(row.fact.status) &&
        row.fact.entry?.deprecation && { deprecation: row.fact.entry.deprecation }),
    })),
  });

/** docs/audit.md promises these fields. */
const editAsJson = ({ seen, edit, affected }: EditReport): string =>
  toJson({
    ...plainSeen(seen),
    edit: {
      file: edit.findings.file,
      verdict: edit.verdict,
      errors: edit.findings.errors,
      warnings: edit.findings.warnings,
      readers: edit.findings.readers ?? [],
      ...(edit.acknowledgement !== undefined && { acknowledge: edit.acknowledgement }),
      problems: edit.findings.findings.map(plainFinding),
    },
    ...(affected && {
      affected: affected.map((row) => ({ ...plainRow(row, row.fact.name), effect: row.fact.effect })),
    }),
  });

/** docs/audit.md promises these fields. */
const historyAsJson = ({ configMap, today, history }: HistoryReport): string =>
  toJson({
    today,
    configMap,
    lines: history.lines.map((line) => ({ ...line, images: Object.fromEntries(line.images) })),
    ignored: history.faults.map(({ lineNumber, message }) => ({ line: lineNumber, message })),
  });

const plainSeen = ({ namespace, tools, pods, templates, catalog, today }: Seen) => ({
  ...(namespace !== undefined && { namespace }),
  today,
  catalog,
  seen: { tools, pods, templates },
});

const plainRow = (row: Gathered<unknown>, name: string | undefined) => ({
  tool: row.owner.namespace,
  owner: { kind: row.owner.kind, name: row.owner.name },
  containers: row.containers,
  ...(name !== undefined && { name }),
  askedBy: row.askedBy,
  images: row.images,
  pods: row.pods,
  ...(row.since !== undefined && { since: sinceSecond(row) }),
});
