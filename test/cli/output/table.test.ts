import { expect, it } from 'vitest';
import { table } from '../../../src/cli/output/table.ts';

it('sets cells below each other and ends no line in spaces', () => {
  expect(
    table([
      ['NAME', 'STATE', ''],
      ['a', 'deprecated', 'why'],
      ['long-name', 'stable', ''],
    ]),
  ).toBe(['NAME       STATE', 'a          deprecated  why', 'long-name  stable', ''].join('\n'));
});

it('lets a cell that is wider than its column may become push its own row alone', () => {
  const rows = [
    ['a', '1'],
    ['longest', '2'],
    ['wide', '3'],
  ];
  expect(table(rows, [4])).toBe('a     1\nlongest  2\nwide  3\n');
});

it('is empty without rows', () => {
  expect(table([])).toBe('');
});
