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

it('a row goes on below a cell that is wider than its column allows, so the columns hold', () => {
  const rows = [
    ['a', '1', 'x'],
    ['longest', '2', 'y'],
    ['longer', 'longest', 'z'],
    ['wide', '3', ''],
  ];
  expect(table(rows, [4, 1])).toBe(
    ['a     1  x', 'longest', '      2  y', 'longer', '      longest', '         z', 'wide  3', ''].join(
      '\n',
    ),
  );
});

it('a table without rows is empty', () => {
  expect(table([])).toBe('');
});

it('a table replaces characters that steer a terminal', () => {
  expect(table([['a\u009b31m', '\u202e']])).toBe('a\ufffd31m  \ufffd\n');
});
