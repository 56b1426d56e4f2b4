import { expect, test } from 'vitest';
import { found, quoted } from '../../src/admission/quoting.ts';

test.each([
  ['python3.11', '"python3.11"'],
  ['a "b" \\', '"a \\"b\\" \\\\"'],
  ['a\nb\u0000\u001b[31m\u009b\u202e\u2028\ud800', '"a\uFFFDb\uFFFD\uFFFD[31m\uFFFD\uFFFD\uFFFD\uFFFD"'],
  ['x'.repeat(80), `"${'x'.repeat(80)}"`],
  ['x'.repeat(81), `"${'x'.repeat(79)}…"`],
  ['x'.repeat(10_000_000), `"${'x'.repeat(79)}…"`],
  [`${'x'.repeat(78)}😀😀`, `"${'x'.repeat(78)}\uFFFD…"`],
])('%#: quoted returns a short text on one line', (text, expected) => {
  expect(quoted(text)).toBe(expected);
});

test.each([
  [undefined, 'missing'],
  [null, 'null'],
  [[], 'a list'],
  [{}, 'an object'],
  ['x', '"x"'],
  [3.9, '3.9'],
  [false, 'false'],
])('found describes %j as %s', (value, expected) => {
  expect(found(value)).toBe(expected);
});
