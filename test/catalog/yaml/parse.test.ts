import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { YamlNode } from '../../../src/catalog/yaml/node.ts';
import { type Parsed, parseYaml } from '../../../src/catalog/yaml/parse.ts';

function parsed(text: string): Parsed {
  const result = parseYaml(text, 16);
  if ('kind' in result) throw new Error(JSON.stringify(result));
  return result;
}

/** The tree, with the text of each span instead of the span. */
function shown(node: YamlNode | undefined, text: string): unknown {
  if (node === undefined) return undefined;
  const written = text.slice(node.at.start, node.at.end);
  switch (node.kind) {
    case 'scalar':
      return written;
    case 'mapping':
      return { [written]: node.pairs.map(({ key, value }) => [shown(key, text), shown(value, text)]) };
    case 'sequence':
      return { [written]: node.items.map((item) => shown(item, text)) };
    case 'opaque':
      return { opaque: written };
    default:
      return node satisfies never;
  }
}

const tree = (text: string): unknown => shown(parsed(text).documents[0]?.root, text);

describe('positions', () => {
  it('of scalars include their quotes', () => {
    expect(tree('a: b\n\'c\': "d"\n')).toEqual({
      'a: b\n\'c\': "d"': [
        ['a', 'b'],
        ["'c'", '"d"'],
      ],
    });
  });

  it('of lists and mappings start at their first character and end with their last token', () => {
    expect(tree('a:\n- b\n- c: d # e\n\nf: [g, {h: i}] # j\n')).toEqual({
      'a:\n- b\n- c: d # e\n\nf: [g, {h: i': [
        ['a', { '- b\n- c: d': ['b', { 'c: d': [['c', 'd']] }] }],
        ['f', { '[g, {h: i': ['g', { '{h: i': [['h', 'i']] }] }],
      ],
    });
  });

  it('of empty values are empty', () => {
    expect(tree('a:\nb: [c: , d]\n')).toEqual({
      'a:\nb: [c: , d': [
        ['a', ''],
        ['b', { '[c: , d': [{ c: [['c', '']] }, 'd'] }],
      ],
    });
  });

  it('of aliases include the asterisk', () => {
    expect(tree('a: *b\nc: d')).toEqual({
      'a: *b\nc: d': [
        ['a', { opaque: '*b' }],
        ['c', 'd'],
      ],
    });
  });

  it('are nested and in order for any document', () => {
    const piece = fc.constantFrom(
      'a',
      'b: ',
      '- ',
      '\n',
      '\n  ',
      '[',
      ']',
      '{',
      '}',
      ', ',
      "'c'",
      '"d"',
      '&e ',
      '*e',
      '# f',
      ' ',
    );
    const inside = (node: YamlNode, start: number, end: number): void => {
      expect(node.at.start).toBeGreaterThanOrEqual(start);
      expect(node.at.end).toBeGreaterThanOrEqual(node.at.start);
      expect(node.at.end).toBeLessThanOrEqual(end);
      const children =
        node.kind === 'mapping'
          ? node.pairs.flatMap(({ key, value }) => [key, value])
          : node.kind === 'sequence'
            ? node.items
            : [];
      let last = node.at.start;
      for (const child of children) {
        inside(child, last, node.at.end);
        last = child.at.end;
      }
    };
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
        const text = pieces.join('');
        const result = parseYaml(text, 16);
        if ('kind' in result) {
          expect(result.at.end).toBeLessThanOrEqual(text.length);
          return;
        }
        for (const { root } of result.documents) if (root) inside(root, 0, text.length);
        let last = 0;
        for (const { at } of result.scalars) {
          expect(at.start).toBeGreaterThanOrEqual(last);
          last = at.end;
        }
      }),
      { numRuns: 5_000 },
    );
  });
});

describe('scalars', () => {
  it('are decoded, and only plain ones are plain', () => {
    const { documents } = parsed("- a b\n- 'it''s'\n- \"c\\x41\"\n- |\n  d\n  e\n- >\n  f\n  g\n-\n");
    const root = documents[0]?.root;
    const scalars = root?.kind === 'sequence' ? root.items : [];
    expect(scalars.map((node) => node.kind === 'scalar' && [node.text, node.plain])).toEqual([
      ['a b', true],
      ["it's", false],
      ['cA', false],
      ['d\ne\n', false],
      ['f g\n', false],
      ['', true],
    ]);
  });

  it('are listed with their style and place', () => {
    const text = 'a: [\'b\', {"c": d}]\ne: |\n  f\n';
    expect(parsed(text).scalars.map(({ at, ...facts }) => [text.slice(at.start, at.end), facts])).toEqual([
      ['a', { style: 'plain', inFlow: false, isKey: true }],
      ["'b'", { style: 'single-quoted', inFlow: true, isKey: false }],
      ['"c"', { style: 'double-quoted', inFlow: true, isKey: true }],
      ['d', { style: 'plain', inFlow: true, isKey: false }],
      ['e', { style: 'plain', inFlow: false, isKey: true }],
      ['  f\n', { style: 'block', inFlow: false, isKey: false }],
    ]);
  });
});

describe('keys', () => {
  it.each([
    ['a list', '[a]: b\nc: d'],
    ['a mapping', '{a: b}: c\nc: d'],
    ['nothing', ': b\nc: d'],
    ['an alias', '*a : b\nc: d'],
  ])('that are %s are omitted from the tree', (_, text) => {
    const { documents, oddKeys } = parsed(text);
    const root = documents[0]?.root;
    expect(root?.kind === 'mapping' && root.pairs.map(({ key }) => key.text)).toEqual(['c']);
    expect(oddKeys.map(({ kind }) => kind)).toEqual(['no text']);
  });

  it('of more than 1,024 characters are omitted, which bounds the paths of fields', () => {
    const { documents, oddKeys } = parsed(`${'k'.repeat(1_024)}: a\n${'l'.repeat(1_025)}: b\n`);
    const root = documents[0]?.root;
    expect(root?.kind === 'mapping' && root.pairs.length).toBe(1);
    expect(oddKeys).toEqual([{ at: { start: 1_028, end: 2_053 }, kind: 'too long' }]);
  });
});

describe('documents', () => {
  const places = (text: string): string[] =>
    parsed(text).documents.map(({ at }) => text.slice(at.start, at.end));

  it('begin at their marker', () => {
    expect(places('# a\n---\nb: c\n# d\n---\n# e\nf: g\n')).toEqual(['---\nb: c', '---\n# e\nf: g']);
    expect(places('---\n---\na')).toEqual(['---', '---\na']);
    expect(places('a: b\n...\n---\nc: d')).toEqual(['a: b', '---\nc: d']);
  });

  it('without a marker begin after the previous document', () => {
    expect(places('a: b\n...\nc: d')).toHaveLength(2);
  });

  it('of comments alone have no root', () => {
    expect(parsed('# a\n').documents).toEqual([]);
    expect(parsed('---\n# a\n').documents.map(({ root }) => root)).toEqual([undefined]);
    expect(parsed('').documents).toEqual([]);
  });
});

describe('faults', () => {
  it('have a reason and a place', () => {
    expect(parseYaml('a: b\n  c: d', 16)).toEqual({
      kind: 'syntax',
      at: { start: 8, end: 9 },
      reason: 'bad indentation of a mapping entry',
    });
    expect(parseYaml('a: "b', 16)).toMatchObject({ kind: 'syntax', at: { start: 5, end: 5 } });
  });

  it('have reasons of bounded length', () => {
    const fault = parseYaml(`a: !<"${'b'.repeat(10_000)}> c`, 16);
    expect('kind' in fault && fault.kind === 'syntax' && fault.reason.length).toBe(150);
  });

  it('of depth are at the first exceeding level, or near it', () => {
    expect(parseYaml('[[[a]]]', 3)).not.toHaveProperty('kind');
    expect(parseYaml('[[[a]]]', 2)).toMatchObject({ kind: 'depth' });
    expect(parseYaml('a:\n b:\n  c: d', 3)).not.toHaveProperty('kind');
    expect(parseYaml('a:\n b:\n  c: d', 2)).toEqual({ kind: 'depth', at: { start: 9, end: 10 } });
    expect(parseYaml('['.repeat(100_000), 16)).toMatchObject({ kind: 'depth' });
  });
});
