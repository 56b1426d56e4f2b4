import { daysBetween, weekNumber } from './day.ts';
import type { HistoryLine } from './line.ts';

/**
 * The last line of each day, in one run for each stretch of days without a gap. A gap is a day without a line, or in the part
 * that was thinned, where each week has one line, a week without one.
 */
export function runsOf(lines: readonly HistoryLine[]): readonly (readonly HistoryLine[])[] {
  const byDay = new Map(lines.map((line) => [line.day, line]));
  const firstDailyWeek = weekWithTwoDays([...byDay.keys()]);
  const follows = (day: string, before: string): boolean =>
    daysBetween(before, day) === 1 ||
    (weekNumber(before) < firstDailyWeek && weekNumber(day) - weekNumber(before) === 1);
  const runs: HistoryLine[][] = [];
  for (const line of byDay.values()) {
    const run = runs.at(-1);
    const before = run?.at(-1);
    if (run && before && follows(line.day, before.day)) run.push(line);
    else runs.push([line]);
  }
  return runs;
}

/** The first week with two recorded days; days are in order. */
function weekWithTwoDays(days: readonly string[]): number {
  const weeks = days.map(weekNumber);
  return weeks.find((week, index) => weeks[index + 1] === week) ?? Number.POSITIVE_INFINITY;
}
