import { expect, it } from 'vitest';
import { faultsInWords, readHistory } from '../../src/history/read.ts';
import { digestNumber, historyText, lineOf } from '../support/history.ts';

const TODAY = '2026-11-30';
const [first, second, third] = ['2026-11-28', '2026-11-29', '2026-11-30'].map((day) => lineOf(day));

it('a history has its lines by day, in whatever order they are stored', () => {
  expect(readHistory(historyText([third, first, second] as never), TODAY)).toEqual({
    lines: [first, second, third],
    faults: [],
  });
});

it('a history of no text, or of empty lines, has no lines and no faults', () => {
  for (const text of ['', '\n', ' \r\n\n'])
    expect(readHistory(text, TODAY)).toEqual({ lines: [], faults: [] });
});

it('a day keeps one line for each digest, in the order in which they are stored', () => {
  const other = lineOf(TODAY, {}, digestNumber(2));
  expect(readHistory(historyText([other, third] as never), TODAY).lines).toEqual([other, third]);
});

it('faulty lines are reported with their numbers and do not hide the others', () => {
  const text = `\nno line\n${historyText([first, first] as never)}{"day":"2026-11-29","digest":"${'x'.repeat(80)}"}`;
  expect(readHistory(text, TODAY)).toEqual({
    lines: [first],
    faults: [
      { lineNumber: 2, message: 'is no JSON object with day, digest and images' },
      { lineNumber: 4, message: 'repeats the day and the digest of an earlier line' },
      { lineNumber: 5, message: 'has no "digest" as sha256: and 64 hex digits' },
    ],
  });
});

it('a line of tomorrow counts, since clocks differ, and a line of a later day is ignored and reported', () => {
  const tomorrow = lineOf('2026-12-01');
  const text = historyText([tomorrow, lineOf('2026-12-02'), lineOf('9999-12-31')]);
  expect(readHistory(text, TODAY)).toEqual({
    lines: [tomorrow],
    faults: [
      { lineNumber: 2, message: 'is of 2026-12-02, and today is 2026-11-30' },
      { lineNumber: 3, message: 'is of 9999-12-31, and today is 2026-11-30' },
    ],
  });
});

it('faults are spelled out up to five, and then counted', () => {
  expect(faultsInWords(readHistory('a\nb', TODAY).faults)).toEqual([
    'line 1 is no JSON object with day, digest and images; it is ignored',
    'line 2 is no JSON object with day, digest and images; it is ignored',
  ]);
  const words = faultsInWords(readHistory('a\n'.repeat(8), TODAY).faults);
  expect([words.length, words.at(-1)]).toEqual([6, '3 more lines are ignored']);
  expect(faultsInWords(readHistory('a\n'.repeat(6), TODAY).faults).at(-1)).toBe('1 more line is ignored');
});
