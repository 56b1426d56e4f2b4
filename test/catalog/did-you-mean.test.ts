import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editDistance, nearest } from '../../src/catalog/did-you-mean.ts';

describe('nearest', () => {
  it.each([
    ['a letter is missing', 'pythn3.11', 'python3.11'],
    ['a letter too many', 'pythoon3.11', 'python3.11'],
    ['another letter', 'pyth0n3.11', 'python3.11'],
    ['two letters swapped', 'pytohn3.11', 'python3.11'],
    ['two edits', 'pytn3.12', 'python3.12'],
    ['letters in capitals', 'PYthon3.11', 'python3.11'],
  ])('is found when %s', (_, word, meant) => {
    expect(nearest(word, ['node18', 'python3.11', 'python3.12', 'ruby2.7'])).toBe(meant);
  });

  it('is a name that differs only in case, however many letters that are', () => {
    expect(nearest('PYTHON3.11', ['python3.1', 'python3.11'])).toBe('python3.11');
    expect(nearest('JS', ['j', 'js'])).toBe('js');
    expect(nearest('NODE', ['node'], () => false)).toBeUndefined();
  });

  it('is undefined if all names are three edits away', () => {
    expect(nearest('pyt3.1', ['python3.1'])).toBeUndefined();
    expect(nearest('perl5.32', ['python3.11', 'node18'])).toBeUndefined();
    expect(nearest('python3.11', [])).toBeUndefined();
  });

  it('is undefined if more than a third of the known name would have to change', () => {
    expect(nearest('php', ['perl'])).toBeUndefined();
    expect(nearest('statx', ['state'])).toBe('state');
    expect(nearest('stxxe', ['state'])).toBeUndefined();
    expect(nearest('xx', ['js'])).toBeUndefined();
  });

  it('is the closest name, and of equally close ones the first in the alphabet', () => {
    expect(nearest('node17', ['node18', 'node16', 'node1'])).toBe('node1');
    expect(nearest('node16', ['node1', 'node16', 'node18'])).toBe('node16');
    expect(nearest('abcdefgh', ['abcdxxgh', 'abcdefgx'])).toBe('abcdefgx');
  });

  it('does not depend on the order of the known names', () => {
    const name = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 3, maxLength: 8 });
    fc.assert(
      fc.property(name, fc.array(name, { maxLength: 12 }), (word, known) => {
        expect(nearest(word, known)).toBe(nearest(word, known.toReversed()));
      }),
    );
  });

  it('is fast for names of 100,000 letters', () => {
    const long = 'ab'.repeat(50_000);
    expect(nearest(`${long}c`, [long])).toBe(long);
    expect(nearest(`c${long.slice(0, -2)}d`, [`${long}d`])).toBe(`${long}d`);
  });
});

describe('editDistance', () => {
  it.each([
    ['', '', 0],
    ['a', '', 1],
    ['', 'ab', 2],
    ['abc', 'abc', 0],
    ['abc', 'acb', 1],
    ['ab', 'ba', 1],
    ['abcd', 'badc', 2],
    // Restricted distance may not edit a swapped pair again.
    ['ca', 'abc', 2],
    ['abc', 'ca', 2],
    ['abc', 'xyz', 3],
  ])('from %j to %j is %i', (a, b, distance) => {
    expect(editDistance(a, b, 2)).toBe(Math.min(distance, 3));
  });

  it('is the least number of edits between two words', () => {
    const letters = ['a', 'b', 'c'];
    const word = fc.string({ unit: fc.constantFrom(...letters), maxLength: 7 });
    fc.assert(
      fc.property(word, word, fc.constantFrom(0, 1, 2), (a, b, bound) => {
        let reached = new Set([a]);
        let edits = 0;
        while (!reached.has(b) && edits <= bound) {
          reached = new Set([...reached].flatMap((from) => oneEditFrom(from, letters)));
          edits++;
        }
        expect(editDistance(a, b, bound)).toBe(Math.min(edits, bound + 1));
      }),
      { numRuns: 500 },
    );
  });

  it('is symmetric', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'd'), maxLength: 12 });
    fc.assert(
      fc.property(word, word, (a, b) => editDistance(a, b, 2) === editDistance(b, a, 2)),
      {
        numRuns: 1_000,
      },
    );
  });
});

/** All words at one insertion, deletion, replacement or swap of neighbours. */
function oneEditFrom(word: string, letters: readonly string[]): string[] {
  const made: string[] = [];
  for (let i = 0; i <= word.length; i++) {
    const [before, after] = [word.slice(0, i), word.slice(i)];
    for (const letter of letters) made.push(before + letter + after, before + letter + after.slice(1));
    if (after !== '') made.push(before + after.slice(1));
    if (after.length > 1) made.push(before + after[1] + after[0] + after.slice(2));
  }
  return made;
}
