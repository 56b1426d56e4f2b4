import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { withinBudget } from '../../src/admission/warnings.ts';

const bytes = (text: string) => new TextEncoder().encode(text).length;

describe('a warning', () => {
  test('of up to 256 bytes stays as it is', () => {
    for (const text of ['a', 'a'.repeat(256), '€'.repeat(85), 'did you mean “python3.11”?'])
      expect(withinBudget([text])).toEqual([text]);
  });

  test('that is longer ends in an ellipsis', () => {
    expect(withinBudget(['a'.repeat(257)])).toEqual([`${'a'.repeat(253)}…`]);
    expect(withinBudget(['a'.repeat(10_000_000)])).toEqual([`${'a'.repeat(253)}…`]);
    expect(withinBudget(['€'.repeat(86)])).toEqual([`${'€'.repeat(84)}…`]);
  });

  test('is never cut within a character', () => {
    expect(withinBudget([`${'a'.repeat(252)}😀😀`])).toEqual([`${'a'.repeat(252)}…`]);
    expect(withinBudget([`${'a'.repeat(249)}😀😀`])).toEqual([`${'a'.repeat(249)}😀…`]);
  });

  test('holds nothing that a terminal obeys or that ends a line', () => {
    expect(withinBudget(['a\nb\tc\u0000d\u001b[31me\u007f\u0085f\u2028g\u202eh\ud800i'])).toEqual([
      'a b c d [31me  f g h i',
    ]);
  });

  test('is not said when there is nothing in it', () => {
    expect(withinBudget(['', ' ', '\n'])).toEqual([]);
  });
});

describe('all warnings together', () => {
  test('are said once each, in their order', () => {
    expect(withinBudget(['b', 'a', 'b', 'a\n'])).toEqual(['b', 'a']);
  });

  test('that are too many end where there is no room, and it is said that there were more', () => {
    const many = Array.from({ length: 100 }, (_, i) => `${i}`.padEnd(256, 'x'));
    expect(withinBudget(many)).toEqual([...many.slice(0, 15), 'and more, which there is no room for']);
  });

  test('are not even looked at when there is no room', () => {
    function* endless() {
      for (let i = 0; ; i++) yield `this is number ${i}`;
    }
    expect(withinBudget(endless()).length).toBeLessThan(300);
  });

  test('stay within the budget whatever they are', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 400 }),
      fc.string({ minLength: 200, maxLength: 300 }),
    );
    fc.assert(
      fc.property(fc.array(text, { maxLength: 40 }), (texts) => {
        const warnings = withinBudget(texts);
        expect(warnings.reduce((sum, warning) => sum + bytes(warning), 0)).toBeLessThanOrEqual(4_096);
        for (const warning of warnings) {
          expect(bytes(warning)).toBeLessThanOrEqual(256);
          expect(warning).not.toMatch(/\p{Cc}|\p{Cs}/u);
          expect(warning.isWellFormed()).toBe(true);
        }
        expect(new Set(warnings).size).toBe(warnings.length);
      }),
    );
  });
});
