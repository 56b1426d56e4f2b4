import { describe, expect, it } from 'vitest';
import { fieldAt, fieldPath } from '../../src/catalog/field.ts';
import { parseYaml } from '../../src/catalog/yaml/parse.ts';

describe('fieldPath', () => {
  it.each<[(string | number)[], string]>([
    [[], ''],
    [['python3.11'], 'python3.11'],
    [['python3.11', 'aliases', 1], 'python3.11.aliases[1]'],
    [['a', 0, 1, 'b'], 'a[0][1].b'],
    [['a', '0'], 'a.0'],
    // The name of an entry may be empty.
    [['', 'state'], '.state'],
    [[0, 'a'], '[0].a'],
  ])('of %j is %j', (steps, path) => {
    expect(fieldPath(steps)).toBe(path);
  });
});

describe('fieldAt', () => {
  const text = '# top\na:\n  b: c\n  d:\n  - e\n  - {f: g, h: [i, j]}\n\nk: l\n';
  const parsed = parseYaml(text, 16);
  const root = 'kind' in parsed ? undefined : parsed.documents[0]?.root;

  it.each([
    ['# top', ''],
    ['a:', 'a'],
    ['b:', 'a.b'],
    ['c\n', 'a.b'],
    ['d:', 'a.d'],
    ['e\n', 'a.d[0]'],
    ['f:', 'a.d[1].f'],
    ['g,', 'a.d[1].f'],
    ['i,', 'a.d[1].h[0]'],
    ['j]', 'a.d[1].h[1]'],
    ['k:', 'k'],
    ['l\n', 'k'],
  ])('of %j is %j', (piece, field) => {
    expect(fieldAt(root, text.indexOf(piece))).toBe(field);
  });

  it('is the last key before a comment, or before the end', () => {
    expect(fieldAt(root, text.length)).toBe('k');
    expect(fieldAt(root, text.indexOf('\nk:'))).toBe('a.d[1].h[1]');
  });

  it('is empty without a document', () => {
    expect(fieldAt(undefined, 3)).toBe('');
  });
});
