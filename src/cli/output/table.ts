import { printable } from './terminal-safe.ts';

/**
 * Rows as columns, two spaces apart; no line ends in spaces. Cells are plain text without colours. A cell wider than the
 * widest that its column allows shifts its own row only.
 */
export function table(
  rows: readonly (readonly string[])[],
  widest: readonly (number | undefined)[] = [],
): string {
  const widths: number[] = [];
  for (const row of rows)
    for (const [column, { length }] of row.entries())
      if (length <= (widest[column] ?? length)) widths[column] = Math.max(widths[column] ?? 0, length);
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => printable(cell).padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return rows.map((row) => `${line(row)}\n`).join('');
}
