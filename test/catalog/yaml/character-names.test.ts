import { describe, expect, it } from 'vitest';
import {
  characterName,
  firstInvisible,
  withoutInvisible,
} from '../../../src/catalog/yaml/character-names.ts';

describe('firstInvisible', () => {
  it.each([
    ['perl\u00a05.36', 4, 'a NO-BREAK SPACE (U+00A0)'],
    ['\u200bstate', 0, 'a ZERO WIDTH SPACE (U+200B)'],
    ['tf-\u00adnode', 3, 'a SOFT HYPHEN (U+00AD)'],
    ['a\u3000b', 1, 'an IDEOGRAPHIC SPACE (U+3000)'],
    ['\ufeffa', 0, 'a ZERO WIDTH NO-BREAK SPACE (U+FEFF)'],
    ['x\ufe0f', 1, 'a VARIATION SELECTOR-16 (U+FE0F)'],
    ['a\u{e0041}', 1, 'the character U+E0041'],
  ])('finds and names what people do not see in %j', (text, index, name) => {
    const found = firstInvisible(text);
    expect(found?.index).toBe(index);
    expect(characterName(found?.character ?? '')).toBe(name);
  });

  it.each(['a b', 'Größe', 'a\tb', '中文 – “x”', '😀'])('finds nothing in %j', (text) => {
    expect(firstInvisible(text)).toBeUndefined();
  });
});

it('withoutInvisible writes ordinary spaces for wide ones, and drops characters without width', () => {
  expect(withoutInvisible('\u00a0\u2003a\u200bb\ufeff: \u3000c')).toBe('  ab:   c');
});
