import { deprecationFact, deprecationUrl, isDeprecated } from '../../catalog/entry.ts';
import { type AuditRow, type ImageInUse, statuses } from '../../usage/audit-rows.ts';
import type { Colors } from '../output/colors.ts';
import type { UseReport } from './report.ts';
import {
  aligned,
  blocksOf,
  cell,
  containersCell,
  groupBy,
  imagesCell,
  nameCell,
  ownerCell,
  type Row,
  textOfLines,
  WIDEST,
} from './rows.ts';
import { sinceDay } from './since.ts';
import { useInWords } from './words.ts';

/** For people: tool by tool, then what is known of the names, then the sums. */
export const useAsText = (report: UseReport, colors: Colors): string =>
  blocksOf([
    toolByTool(report.rows, colors),
    nameByName(report.rows, report.seen.today, colors),
    textOfLines(useInWords(report)),
  ]);

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

function useRow(row: AuditRow): Row {
  const { status, name } = row.fact;
  return {
    cells: [
      `  ${ownerCell(row)}`,
      containersCell(row),
      status,
      String(row.pods),
      sinceDay(row) ?? '-',
      nameCell(row),
    ],
    // Of an orphaned image the name does not tell which it is.
    rest: name === undefined || status === 'orphaned' ? imagesCell(row) : '',
  };
}

/** Once for each name, however many rows have it. */
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
  // That it is deprecated stands beside it.
  const [, ...facts] = deprecationFact(entry, today)?.split('; ') ?? [];
  return [...(status === 'orphaned' ? ['runs from a URL that the entry has not'] : []), ...facts].join('; ');
}

function linkOf({ entry }: ImageInUse): string {
  const url = entry && isDeprecated(entry) ? deprecationUrl(entry) : undefined;
  return url === undefined ? '' : `see ${url}`;
}
