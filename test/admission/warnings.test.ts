import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { withinBudget } from '../../src/admission/warnings.ts';

const bytes = (text: string) => new TextEncoder().encode(text).length;

describe('a warning', () => {
  test('of up to 256 bytes is unchanged', () => {
    for (const text of ['a', 'a'.repeat(256), '€'.repeat(85), 'did you mean “python3.11”?'])
      expect(withinBudget([text])).toEqual([text]);
  });

  test('that is longer is cut and ends in an ellipsis', () => {
    expect(withinBudget(['a'.repeat(257)])).toEqual([`${'a'.repeat(253)}…`]);
    expect(withinBudget(['a'.repeat(10_000_000)])).toEqual([`${'a'.repeat(253)}…`]);
    expect(withinBudget(['€'.repeat(86)])).toEqual([`${'€'.repeat(84)}…`]);
  });

  test('is never cut within a character', () => {
    expect(withinBudget([`${'a'.repeat(252)}😀😀`])).toEqual([`${'a'.repeat(252)}…`]);
    expect(withinBudget([`${'a'.repeat(249)}😀😀`])).toEqual([`${'a'.repeat(249)}😀…`]);
  });

  test('has no control character and no line break', () => {
    expect(withinBudget(['a\nb\tc\u0000d\u001b[31me\u007f\u0085f\u2028g\u202eh\ud800i'])).toEqual([
      'a b c d [31me  f g h i',
    ]);
  });

  test('is left out if it is blank', () => {
    expect(withinBudget(['', ' ', '\n'])).toEqual([]);
  });
});

describe('several warnings', () => {
  test('are kept once each, in their order', () => {
    expect(withinBudget(['b', 'a', 'b', 'a\n'])).toEqual(['b', 'a']);
  });

  test('that are too many end with a note that there are more', () => {
    const many = Array.from({ length: 100 }, (_, i) => `${i}`.padEnd(256, 'x'));
    expect(withinBudget(many)).toEqual([...many.slice(0, 15), 'and more, which there is no room for']);
  });

  test('are not computed once the limit is reached', () => {
    function* endless() {
      for (let i = 0; ; i++) yield `this is number ${i}`;
    }
    expect(withinBudget(endless()).length).toBeLessThan(300);
  });

  test('are within the limits, whatever they are', () => {
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
