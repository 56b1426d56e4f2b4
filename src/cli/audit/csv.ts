import { toCsv } from '../../csv.ts';
import type { HistoryLine, UseCount } from '../../history/line.ts';
import type { AuditRow } from '../../usage/audit-rows.ts';
import type { Gathered } from '../../usage/by-owner.ts';
import { type AffectedRow, sinceSecond } from './report.ts';

type Column<Row> = readonly [name: string, cellOf: (row: Row) => string | undefined];

/** Several values share one cell, with spaces between: no value of a Pod that could start has a space. */
const several = (values: readonly string[]): string => values.join(' ');

type AnyRow = Gathered<{ readonly name: string | undefined }>;

const ownerColumns: readonly Column<AnyRow>[] = [
  ['tool', ({ owner }) => owner.namespace],
  ['owner_kind', ({ owner }) => owner.kind],
  ['owner_name', ({ owner }) => owner.name],
  ['containers', ({ containers }) => several(containers)],
];

const imageColumns: readonly Column<AnyRow>[] = [
  ['name', ({ fact }) => fact.name],
  ['asked_by', ({ askedBy }) => several(askedBy)],
  ['images', ({ images }) => several(images)],
  ['pods', ({ pods }) => String(pods)],
  ['since', sinceSecond],
];

const useColumns: readonly Column<AuditRow>[] = [
  ...ownerColumns,
  ['status', ({ fact }) => fact.status],
  ...imageColumns,
  ['replacement', ({ fact }) => fact.entry?.deprecation?.replacement],
  ['removal', ({ fact }) => fact.entry?.deprecation?.removal],
  ['url', ({ fact }) => fact.entry?.deprecation?.url],
];

const editColumns: readonly Column<AffectedRow>[] = [
  ...ownerColumns,
  ...imageColumns,
  ['effect', ({ fact }) => fact.effect.kind],
  ['words', ({ fact }) => fact.effect.words],
];

const historyColumns: readonly Column<DayOfImage>[] = [
  ['day', ({ line }) => line.day],
  ['digest', ({ line }) => line.digest],
  ['name', ({ name }) => name],
  ['tools', ({ count }) => String(count.tools)],
  ['workloads', ({ count }) => String(count.workloads)],
];

interface DayOfImage {
  readonly line: HistoryLine;
  readonly name: string;
  readonly count: UseCount;
}

/** docs/audit.md promises these columns. */
export const useAsCsv = (rows: readonly AuditRow[]): string => records(useColumns, rows);

export const editAsCsv = (rows: readonly AffectedRow[]): string => records(editColumns, rows);

export const historyAsCsv = (lines: readonly HistoryLine[]): string =>
  records(
    historyColumns,
    lines.flatMap((line) => Array.from(line.images, ([name, count]) => ({ line, name, count }))),
  );

const records = <Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string =>
  toCsv([
    columns.map(([name]) => name),
    ...rows.map((row) => columns.map(([, cellOf]) => cellOf(row) ?? '')),
  ]);
