import { expect, it } from 'vitest';
import { table } from '../../src/cli/table.ts';

it('sets cells below each other and ends no line in spaces', () => {
  expect(
    table([
      ['NAME', 'STATE', ''],
      ['a', 'deprecated', 'why'],
      ['long-name', 'stable', ''],
    ]),
  ).toBe(['NAME       STATE', 'a          deprecated  why', 'long-name  stable', ''].join('\n'));
});

it('is empty without rows', () => {
  expect(table([])).toBe('');
});
