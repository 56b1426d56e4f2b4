import { addDays } from './day.ts';
import type { HistoryLine } from './line.ts';

/** The number of days before a day on which a line still tells the use on that day: a week may have one line. */
const REACH = 7;

/** The line that tells the use on a day: the last one of that day, or else of the nearest of the seven days before. */
export const lineAt = (lines: readonly HistoryLine[], day: string): HistoryLine | undefined => {
  const from = addDays(day, -REACH);
  return lines.findLast((line) => line.day <= day && line.day >= from);
};
