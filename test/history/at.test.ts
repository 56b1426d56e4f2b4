import { expect, it } from 'vitest';
import { lineAt } from '../../src/history/at.ts';
import { digestNumber, lineOf } from '../support/history.ts';

const lines = [
  lineOf('2026-11-01'),
  lineOf('2026-11-10'),
  lineOf('2026-11-10', {}, digestNumber(2)),
  lineOf('2026-11-11'),
];

it.each([
  ['the day itself, its last line', '2026-11-10', lines[2]],
  ['no line eight days before', '2026-11-09', undefined],
  ['the nearest of seven days before', '2026-11-08', lines[0]],
  ['the last of seven days before', '2026-11-18', lines[3]],
  ['no line eight days before, at the end', '2026-11-19', undefined],
  ['no line that is later', '2026-10-31', undefined],
])('the use on a day is told by %s: %s', (_, day, line) => {
  expect(lineAt(lines, day)).toEqual(line);
});

it('no history tells nothing', () => {
  expect(lineAt([], '2026-11-30')).toBeUndefined();
});
