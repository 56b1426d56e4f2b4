import { expect, it } from 'vitest';
import { UNPRINTABLE } from '../../src/catalog/printable.ts';

const isPrintable = (character: string): boolean => character.replace(UNPRINTABLE, '') === character;

it.each(['\u001b', '\u0085', '\n', '\u202e', '\u200b', '\ufeff', '\u2028', '\u2029', '\ud800', '\u{e0001}'])(
  '%j is unprintable',
  (character) => {
    expect(isPrintable(character)).toBe(false);
  },
);

it.each(['a', ' ', 'ü', '…', '😀'])('%j is printable', (character) => {
  expect(isPrintable(character)).toBe(true);
});
