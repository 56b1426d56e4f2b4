import { addDays } from '../../src/history/day.ts';
import { type HistoryLine, historyLine, lineText } from '../../src/history/line.ts';
import { MAX_HISTORY_BYTES, recordLine } from '../../src/history/record.ts';

export const digestNumber = (number: number): string => `sha256:${String(number).padStart(64, '0')}`;

/** A line of a day with these counts: `{ 'python3.7': [2, 5] }` is two tools with five workloads. */
export const lineOf = (
  day: string,
  counts: Readonly<Record<string, readonly [tools: number, workloads: number]>> = { 'python3.7': [2, 5] },
  digest = digestNumber(1),
): HistoryLine =>
  historyLine(
    day,
    digest,
    Object.entries(counts).map(([name, [tools, workloads]]) => [name, { tools, workloads }]),
  );

/** The text of these lines, as it is stored. */
export const historyText = (lines: readonly HistoryLine[]): string =>
  lines.map((line) => `${lineText(line)}\n`).join('');

/**
 * The text after these lines were recorded one by one. Without a text before, the first ones, which are less than a year and
 * fit for certain, are written at once.
 */
export function recorded(lines: readonly HistoryLine[], text = ''): string {
  const fitting = Math.floor(MAX_HISTORY_BYTES / 2 / historyText(lines.slice(0, 1)).length);
  const sure = text === '' ? Math.min(lines.length, 350, fitting) : 0;
  return lines.slice(sure).reduce(recordLine, text + historyText(lines.slice(0, sure)));
}

/** So many days from this one on. */
export const daysFrom = (day: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => addDays(day, index));
