import { describe, expect, it } from 'vitest';
import { hidingCharacters } from '../../../src/catalog/yaml/characters.ts';

const found = (text: string): [number, number, string][] =>
  [...hidingCharacters(text)].map(({ at, what }) => [at.start, at.end, what]);

describe('hidingCharacters', () => {
  it.each([
    ['a bare carriage return', 'a\rb', 1, 'a carriage return without a line feed'],
    ['U+0085', 'a\u0085b', 1, 'a next-line character (U+0085)'],
    ['U+2028', 'a: b # c\u2028d: e', 8, 'a line separator (U+2028)'],
    ['U+2029', '\u2029', 0, 'a paragraph separator (U+2029)'],
    ['a byte order mark', '\ufeffa: b', 0, 'a byte order mark (U+FEFF)'],
    ['a null character', 'a\u0000', 1, 'the character U+0000'],
    ['an escape character', '\u001b[31m', 0, 'the character U+001B'],
    ['a delete character', 'a\u007f', 1, 'the character U+007F'],
    ['a control character of Latin-1', 'a\u009fb', 1, 'the character U+009F'],
    ['a right-to-left override', 'a\u202eb', 1, 'a RIGHT-TO-LEFT OVERRIDE (U+202E)'],
    ['an isolate', 'a\u2066b', 1, 'a LEFT-TO-RIGHT ISOLATE (U+2066)'],
    ['U+FFFE', 'a\ufffe', 1, 'the character U+FFFE'],
    ['half a character', 'a\ud83db', 1, 'the character U+D83D'],
    ['the other half', 'a\ude00', 1, 'the character U+DE00'],
  ])('finds %s', (_, text, start, what) => {
    expect(found(text)).toEqual([[start, start + 1, what]]);
  });

  it.each([
    ['line feeds and TABs', 'a:\n\tb\n'],
    ['lines that end with CR and LF', 'a: b\r\nc: d\r\n'],
    ['letters of all languages', 'ä é 中文 العربية שלום 😀 \u{1fffe}'],
    ['no-break and zero-width spaces', '\u00a0\u00ad\u200b\u2003\u3000'],
  ])('ignores %s', (_, text) => {
    expect(found(text)).toEqual([]);
  });

  it('reports the first hiding character of each line', () => {
    expect(found('\u0007\u0007\n\na\u2028\u2029\r\n😀\ufeff')).toEqual([
      [0, 1, 'the character U+0007'],
      [5, 6, 'a line separator (U+2028)'],
      [11, 12, 'a byte order mark (U+FEFF)'],
    ]);
  });

  it('finds a carriage return at the end of the text, or before another', () => {
    expect(found('a\r')).toEqual([[1, 2, 'a carriage return without a line feed']]);
    expect(found('a\r\r\nb\r\n')).toEqual([[1, 2, 'a carriage return without a line feed']]);
  });

  it('has a remedy in each finding', () => {
    expect([...hidingCharacters('\ufeff')]).toEqual([
      {
        kind: 'feature',
        at: { start: 0, end: 1 },
        what: 'a byte order mark (U+FEFF)',
        remedy: 'delete it: readers disagree on what it does to the line, and people do not see it',
      },
    ]);
  });
});
