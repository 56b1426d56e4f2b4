import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UNPRINTABLE } from '../src/catalog/wording.ts';
import { jsonText } from '../src/json.ts';

describe('jsonText', () => {
  it('writes text that is read back exactly and holds nothing that steers a terminal', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 20 }), { maxLength: 5 }), (texts) => {
        const text = jsonText({ texts }, 2);
        expect(JSON.parse(text)).toEqual({ texts });
        expect(text.replaceAll('\n', '')).not.toMatch(new RegExp(UNPRINTABLE.source, 'u'));
      }),
    );
  });

  it.each([
    ['a C1 control', '\u009b2J', '"\\u009b2J"'],
    ['an override of the direction', '\u202eabc', '"\\u202eabc"'],
    ['a character outside of the first plane', '\u{e0001}', '"\\udb40\\udc01"'],
  ])('escapes %s', (_, text, json) => expect(jsonText(text)).toBe(`${json}\n`));
});
