import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UNPRINTABLE } from '../../../src/catalog/wording.ts';
import { errorText, printable, toJson } from '../../../src/cli/output/terminal-safe.ts';

describe('toJson', () => {
  it('writes text that is read back exactly and holds nothing that steers a terminal', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 20 }), { maxLength: 5 }), (texts) => {
        const text = toJson({ texts });
        expect(JSON.parse(text)).toEqual({ texts });
        expect(text.replaceAll('\n', '')).not.toMatch(new RegExp(UNPRINTABLE.source, 'u'));
      }),
    );
  });

  it.each([
    ['a C1 control', '\u009b2J', '"\\u009b2J"'],
    ['an override of the direction', '\u202eabc', '"\\u202eabc"'],
    ['a character outside of the first plane', '\u{e0001}', '"\\udb40\\udc01"'],
  ])('escapes %s', (_, text, json) => expect(toJson(text)).toBe(`${json}\n`));
});

describe('text for a terminal', () => {
  it('has U+FFFD in place of each character that could steer it or break the line', () => {
    expect(printable('a\u001b[2J\u009b\u202e\r\n\u2028z')).toBe('a\ufffd[2J\ufffd\ufffd\ufffd\ufffd\ufffdz');
  });

  it('keeps the lines of an error message', () => {
    expect(errorText('a\u009b\nb\r')).toBe('error: a\ufffd\nb\ufffd\n');
  });
});
