import { expect, it } from 'vitest';
import { table } from '../../../src/cli/output/table.ts';

it('a table aligns its cells and ends no line in spaces', () => {
  expect(
    table([
      ['NAME', 'STATE', ''],
      ['a', 'deprecated', 'why'],
      ['long-name', 'stable', ''],
    ]),
  ).toBe(['NAME       STATE', 'a          deprecated  why', 'long-name  stable', ''].join('\n'));
});

it('a cell wider than its column allows shifts its own row only', () => {
  const rows = [
    ['a', '1'],
    ['longest', '2'],
    ['wide', '3'],
  ];
  expect(table(rows, [4])).toBe('a     1\nlongest  2\nwide  3\n');
});

it('a table without rows is empty', () => {
  expect(table([])).toBe('');
});

it('a table replaces characters that steer a terminal', () => {
  expect(table([['a\u009b31m', '\u202e']])).toBe('a\ufffd31m  \ufffd\n');
});
