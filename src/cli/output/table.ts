import { printable } from './terminal-safe.ts';

/**
 * Rows as columns, two spaces apart; no line ends in spaces. Cells are plain text without colours. A cell that is wider than
 * `widest` allows ends its line, and the row continues on the next line, so the columns stay aligned.
 */
export const table = (
  rows: readonly (readonly string[])[],
  widest: readonly (number | undefined)[] = [],
): string =>
  tableRows(rows, widest)
    .map((row) => `${row}\n`)
    .join('');

/** The rows of a table, each of one or more lines. */
export function tableRows(
  rows: readonly (readonly string[])[],
  widest: readonly (number | undefined)[] = [],
): string[] {
  const widths: number[] = [];
  for (const row of rows)
    for (const [column, { length }] of row.entries())
      if (length <= (widest[column] ?? length)) widths[column] = Math.max(widths[column] ?? 0, length);
  return rows.map((row) => {
    const lines: string[] = [];
    let line = '';
    let start = 0;
    for (const [column, cell] of row.entries()) {
      if (line.length + GAP > start && line !== '' && cell !== '') {
        lines.push(line);
        line = '';
      }
      if (cell !== '') line = line.padEnd(start) + printable(cell);
      start += (widths[column] ?? 0) + GAP;
    }
    return [...lines, line].map((text) => text.trimEnd()).join('\n');
  });
}

/** Spaces between two columns. */
const GAP = 2;
