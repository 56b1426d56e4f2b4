/**
 * Rows as columns, two spaces apart; no line ends in spaces. Widths are those of plain text. A cell wider than its
 * column may become pushes its own row aside, and no other.
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
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return rows.map((row) => `${line(row)}\n`).join('');
}
