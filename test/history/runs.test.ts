import { expect, it } from 'vitest';
import type { HistoryLine } from '../../src/history/line.ts';
import { runsOf } from '../../src/history/runs.ts';
import { daysFrom, digestNumber, lineOf } from '../support/history.ts';

const daysOf = (lines: readonly HistoryLine[]): string[][] =>
  runsOf(lines).map((run) => run.map(({ day }) => day));
const linesOf = (days: readonly string[]): HistoryLine[] => days.map((day) => lineOf(day));

it('days that follow each other are one run, and no line is no run', () => {
  const days = daysFrom('2026-11-01', 30);
  expect(daysOf(linesOf(days))).toEqual([days]);
  expect(daysOf([])).toEqual([]);
});

it('a day without a line is a gap, and a single day between two gaps is a run', () => {
  const days = daysFrom('2026-11-02', 10);
  const recorded = days.filter((_, index) => ![3, 5].includes(index));
  expect(daysOf(linesOf(recorded))).toEqual([days.slice(0, 3), days.slice(4, 5), days.slice(6)]);
});

it('the last line of a day counts', () => {
  const lines = [lineOf('2026-11-30'), lineOf('2026-11-30', {}, digestNumber(2))];
  expect(runsOf(lines)).toEqual([[lines[1]]]);
});

it('weeks with one line each are one run, on whatever day, up to the days that follow', () => {
  const days = ['2026-10-05', '2026-10-14', '2026-10-20', ...daysFrom('2026-10-26', 9)];
  expect(daysOf(linesOf(days))).toEqual([days]);
});

it('a week without a line is a gap between weeks', () => {
  const days = ['2026-10-05', '2026-10-12', '2026-10-26', '2026-11-02'];
  expect(daysOf(linesOf(days))).toEqual([days.slice(0, 2), days.slice(2)]);
});

it('a week with one line among daily ones has gaps on both sides', () => {
  const days = [...daysFrom('2026-10-05', 7), '2026-10-14', ...daysFrom('2026-10-19', 7)];
  expect(daysOf(linesOf(days)).map((run) => run.length)).toEqual([7, 1, 7]);
});
