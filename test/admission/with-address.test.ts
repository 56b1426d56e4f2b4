import { expect, test } from 'vitest';
import { withAddress } from '../../src/admission/with-address.ts';
import type { Entry } from '../../src/catalog/entry.ts';

const entry = (url?: string): Entry => ({
  name: 'node10',
  state: 'deprecated',
  aliases: [],
  variants: [],
  deprecation: url === undefined ? {} : { url },
});

test('a warning ends with where to read on', () => {
  expect(withAddress('a', entry('https://b.c'))).toBe('a; see https://b.c');
});

test('a warning ends with the page about all of them where its entry has none', () => {
  const helpUrl = 'https://d.e';
  expect(withAddress('a', { ...entry(), helpUrl })).toBe('a; see https://d.e');
  expect(withAddress('a', { ...entry('https://b.c'), helpUrl })).toBe('a; see https://b.c');
});

test('a warning stays as it is where there is nothing to read, or no room for all of the address', () => {
  expect(withAddress('a', entry())).toBe('a');
  expect(withAddress('a', { name: 'x', state: 'stable', aliases: [], variants: [] })).toBe('a');
  const long = `https://${'b'.repeat(240)}`;
  expect(withAddress('', entry(long))).toBe(`; see ${long}`);
  expect(withAddress('a'.repeat(3), entry(long))).toBe('aaa');
});
