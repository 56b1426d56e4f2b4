import { describe, expect, it } from 'vitest';
import { counted, countedProblems, notShown, UNPRINTABLE } from '../../src/catalog/wording.ts';

describe('UNPRINTABLE', () => {
  const isPrintable = (character: string): boolean => character.replace(UNPRINTABLE, '') === character;

  it.each([
    '\u001b',
    '\u0085',
    '\n',
    '\u202e',
    '\u200b',
    '\ufeff',
    '\u2028',
    '\u2029',
    '\ud800',
    '\u{e0001}',
  ])('matches %j', (character) => {
    expect(isPrintable(character)).toBe(false);
  });

  it.each(['a', ' ', 'ü', '…', '😀'])('does not match %j', (character) => {
    expect(isPrintable(character)).toBe(true);
  });
});

describe('counted', () => {
  it.each([
    [0, '0 errors'],
    [1, '1 error'],
    [2, '2 errors'],
  ])('writes %d as %j', (count, words) => {
    expect(counted(count, 'error')).toBe(words);
  });
});

describe('countedProblems', () => {
  it('counts errors and warnings, and leaves out a count of 0', () => {
    expect(countedProblems({ errors: 1, warnings: 2 })).toBe('1 error and 2 warnings');
    expect(countedProblems({ errors: 0, warnings: 1 })).toBe('1 warning');
    expect(countedProblems({ errors: 2, warnings: 0 })).toBe('2 errors');
    expect(countedProblems({ errors: 0, warnings: 0 })).toBe('');
  });
});

describe('notShown', () => {
  it('says how many problems are not listed', () => {
    expect(notShown(1)).toBe('1 more problem is not shown');
    expect(notShown(51)).toBe('51 more problems are not shown');
  });
});
