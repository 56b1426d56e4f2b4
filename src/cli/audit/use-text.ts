import { deprecationFact, deprecationUrl, isDeprecated } from '../../catalog/entry.ts';
import { counted } from '../../catalog/wording.ts';
import { type AuditRow, type ImageInUse, isFinding, statuses } from '../../usage/audit-rows.ts';
import type { Colors } from '../output/colors.ts';
import { sinceSecond, type UseReport } from './report.ts';
import {
  aligned,
  blocksOf,
  cell,
  containersCell,
  groupBy,
  imagesCell,
  nameCell,
  ownerCell,
  ownersInWords,
  type Row,
  seenInWords,
  textOfLines,
  WIDEST,
} from './rows.ts';

/** The use report for people: tool by tool, then name by name, then the sums. */
export const useAsText = (report: UseReport, colors: Colors): string =>
  blocksOf([
    toolByTool(report.rows, colors),
    nameByName(report.rows, report.seen.today, colors),
    textOfLines(useInWords(report)),
  ]);

/** The sums, one on each line. */
export function useInWords({ rows, counts, seen }: UseReport): string[] {
  const findings = rows.filter(({ fact }) => isFinding(fact.status));
  const byStatus = statuses.filter((status) => isFinding(status) && counts[status] > 0);
  const found =
    findings.length === 0
      ? 'No findings.'
      : `${counted(findings.length, 'finding')} in ${ownersInWords(findings)}: ${byStatus.map((status) => `${counts[status]} ${status}`).join(', ')}.`;
  return [found, seenInWords(seen)];
}

function toolByTool(rows: readonly AuditRow[], { bold }: Colors): string {
  if (rows.length === 0) return '';
  const header = { cells: ['TOOL AND OWNER', 'CONTAINERS', 'STATUS', 'PODS', 'SINCE', 'IMAGE'] };
  const [head = '', ...body] = aligned([header, ...rows.map(useRow)], [WIDEST.owner, WIDEST.containers]);
  const toolOf = (index: number) => rows[index]?.owner.namespace ?? '';
  return textOfLines([
    bold(head),
    ...body.flatMap((line, index) =>
      toolOf(index) === toolOf(index - 1) ? [line] : [bold(cell(toolOf(index))), line],
    ),
  ]);
}

/** The length of `2026-11-22`, UTC. */
const DAY = 10;

function useRow(row: AuditRow): Row {
  const { status, name, meant } = row.fact;
  const suggestion = meant === undefined ? '' : `; did you mean ${cell(meant)}?`;
  return {
    cells: [
      `  ${ownerCell(row)}`,
      containersCell(row),
      status,
      String(row.pods),
      sinceSecond(row)?.slice(0, DAY) ?? '-',
      nameCell(row),
    ],
    // The name of an orphaned image does not say which image it is.
    rest: name === undefined || status === 'orphaned' ? imagesCell(row) + suggestion : '',
  };
}

/** One row for each name. */
function nameByName(rows: readonly AuditRow[], today: string, { bold }: Colors): string {
  const named = rows.filter(({ fact }) => fact.name !== undefined);
  if (named.length === 0) return '';
  const groups = groupBy(named, ({ fact }) => fact.key).sort(
    (one, other) => weightOf(one) - weightOf(other) || other.length - one.length,
  );
  const header = { cells: ['NAME', 'STATUS', 'WORKLOADS', 'TOOLS', 'NOTE'] };
  const [head = '', ...body] = aligned([header, ...groups.map((its) => nameRow(its, today))]);
  return textOfLines([bold(head), ...body]);
}

const weightOf = ([{ fact }]: readonly [AuditRow, ...AuditRow[]]): number => statuses.indexOf(fact.status);

function nameRow(its: readonly [AuditRow, ...AuditRow[]], today: string): Row {
  const [{ fact }] = its;
  const tools = new Set(its.map(({ owner }) => owner.namespace));
  return {
    cells: [
      cell(fact.name ?? ''),
      fact.status,
      String(its.length),
      String(tools.size),
      cell(noteOn(fact, today)),
    ],
    rest: cell(linkOf(fact)),
  };
}

function noteOn({ status, entry }: ImageInUse, today: string): string {
  if (!entry) return 'the catalog has no such entry';
  // The column STATUS already says that it is deprecated.
  const [, ...facts] = deprecationFact(entry, today)?.split('; ') ?? [];
  return [...(status === 'orphaned' ? ['runs from a URL that the entry does not list'] : []), ...facts].join(
    '; ',
  );
}

function linkOf({ entry }: ImageInUse): string {
  const url = entry && isDeprecated(entry) ? deprecationUrl(entry) : undefined;
  return url === undefined ? '' : `see ${url}`;
}
