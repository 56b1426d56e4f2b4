import { expect, it } from 'vitest';
import type { Change } from '../../../src/cli/catalog-difference.ts';
import { colorsFor } from '../../../src/cli/colors.ts';
import { changesInWords } from '../../../src/cli/format/changes.ts';

const plain = colorsFor({ write: () => true }, {});

const pairs = (count: number): Change[] =>
  Array.from({ length: count }, (_, i) => i).flatMap((i) => [
    { kind: 'deprecated', name: `node${i}`, state: 'deprecated' } as const,
    { kind: 'alias-added', name: `node${i}`, alias: `tf-node${i}` } as const,
  ]);

it('few changes stand in the order of the catalog, with their counts', () => {
  expect(changesInWords(pairs(2), plain)).toBe(
    [
      '~ node0 is deprecated',
      '+ node0 gets the alias tf-node0',
      '~ node1 is deprecated',
      '+ node1 gets the alias tf-node1',
      '',
      '4 changes: deprecated 2, aliases added 2',
      '',
    ].join('\n'),
  );
});

it('of many, those of a kind stand together', () => {
  const lines = changesInWords(pairs(11), plain).split('\n');
  expect(lines.slice(0, 3)).toEqual(['deprecated:', '~ node0 is deprecated', '~ node1 is deprecated']);
  expect(lines.slice(11, 15)).toEqual([
    '~ node10 is deprecated',
    '',
    'aliases added:',
    '+ node0 gets the alias tf-node0',
  ]);
  expect(lines.slice(-3)).toEqual(['', '22 changes: deprecated 11, aliases added 11', '']);
});

it('one change is one change', () => {
  expect(changesInWords([{ kind: 'deprecated', name: 'a', state: 'deprecated' }], plain)).toBe(
    '~ a is deprecated\n\n1 change: deprecated 1\n',
  );
});
