import { expect, it } from 'vitest';
import { counted, countedProblems, notShown } from '../../src/catalog/counted.ts';

it.each([
  [0, '0 errors'],
  [1, '1 error'],
  [2, '2 errors'],
])('%d of something is counted as %j', (count, words) => {
  expect(counted(count, 'error')).toBe(words);
});

it('problems are counted by severity, without those that are not there', () => {
  expect(countedProblems({ errors: 1, warnings: 2 })).toBe('1 error and 2 warnings');
  expect(countedProblems({ errors: 0, warnings: 1 })).toBe('1 warning');
  expect(countedProblems({ errors: 2, warnings: 0 })).toBe('2 errors');
  expect(countedProblems({ errors: 0, warnings: 0 })).toBe('');
});

it('one problem is not shown, several are not', () => {
  expect(notShown(1)).toBe('1 more problem is not shown');
  expect(notShown(51)).toBe('51 more problems are not shown');
});
