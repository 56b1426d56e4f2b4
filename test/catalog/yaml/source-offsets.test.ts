import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ScalarNode } from '../../../src/catalog/yaml/node.ts';
import { childOf } from '../../../src/catalog/yaml/node.ts';
import { parseYaml } from '../../../src/catalog/yaml/parse.ts';
import { sourceOffsets } from '../../../src/catalog/yaml/source-offsets.ts';

function scalarIn(document: string): ScalarNode {
  const parsed = parseYaml(document, 16);
  const value = 'kind' in parsed ? undefined : childOf(parsed.documents[0]?.root, 'text');
  if (value?.kind !== 'scalar') throw new Error('there is no such scalar');
  return value;
}

/** The characters of the document at the offsets of the scalar's characters. */
function pointedAt(document: string): string {
  const scalar = scalarIn(document);
  const offsets = sourceOffsets(document, scalar);
  return scalar.text
    .split('')
    .map((_, index) => document[offsets(index)])
    .join('');
}

const text = 'a: b\n  c\n\nd: # é\n- e\n';

describe('sourceOffsets maps each character', () => {
  it.each([
    ['in a literal block', 'text: |\n  a: b\n    c\n\n  d: # é\n  - e\n'],
    ['in a literal block with signs', 'text: |2-\n  a: b\n    c\n\n  d: # é\n  - e\n'],
    [
      'in a literal block with empty lines at its end',
      'text: |+\n    a: b\n      c\n\n    d: # é\n    - e\n\n\n',
    ],
    ['in a literal block that begins with empty lines', 'text: |\n\n\n  a: b\n'],
    ['in a literal block with spaces in its empty lines', 'text: |\n  a: b\n    c\n    \n  d: e\n'],
  ])('%s', (_, document) => {
    expect(pointedAt(document)).toBe(scalarIn(document).text);
  });

  it('in a literal block with CR and LF, the LF of the text to the CR', () => {
    const document = 'text: |\r\n  a: b\r\n    c\r\n';
    expect(scalarIn(document).text).toBe('a: b\n  c\n');
    expect(pointedAt(document)).toBe('a: b\r  c\r');
  });

  it('in a JSON string, escapes to their backslash', () => {
    const document = JSON.stringify({ text });
    expect(pointedAt(document)).toBe(text.replaceAll('\n', '\\'));
  });

  it('in a JSON string of escapes only', () => {
    const document = '{"text": "\\"\\\\\\/\\u00e9\\ud83d\\ude00\\x41\\U0001F600z"}';
    const scalar = scalarIn(document);
    expect(scalar.text).toBe('"\\/é😀A😀z');
    const offsets = sourceOffsets(document, scalar);
    const written = [
      '\\"',
      '\\\\',
      '\\/',
      '\\u00e9',
      '\\ud83d',
      '\\ude00',
      '\\x41',
      '\\U0001F600',
      '\\U0001F600',
      'z',
    ];
    expect(written.every((each, index) => document.startsWith(each, offsets(index)))).toBe(true);
  });

  it('in single quotes', () => {
    expect(pointedAt("text: 'it''s ''b'''\n")).toBe("it's 'b'");
  });

  it('in plain text', () => {
    expect(pointedAt('text: a b\n')).toBe('a b');
  });
});

describe('sourceOffsets maps the end of the text', () => {
  it.each([
    ['in a block', 'text: |\n  ab\n  c', 'text: |\n  ab\n  c'.length],
    ['in double quotes', 'text: "a\\nb"\n', 11],
    ['in single quotes', "text: 'a''b'\n", 11],
  ])('%s', (_, document, end) => {
    const scalar = scalarIn(document);
    const offsets = sourceOffsets(document, scalar);
    expect(offsets(scalar.text.length)).toBe(end);
    expect(offsets(scalar.text.length + 100)).toBe(end);
  });
});

describe('sourceOffsets maps unusual styles to the start', () => {
  it.each([
    ['a folded block', 'text: >\n  a\n  b\n'],
    ['double quotes over two lines', 'text: "a\n  b"\n'],
    ['single quotes over two lines', "text: 'a\n  b'\n"],
  ])('%s', (_, document) => {
    const scalar = scalarIn(document);
    const offsets = sourceOffsets(document, scalar);
    expect([0, 1, 2, 3].map(offsets)).toEqual([0, 1, 2, 3].map(() => scalar.at.start));
  });
});

it('sourceOffsets maps any text of JSON and literal blocks to the character itself', () => {
  const line = fc.string({ unit: fc.constantFrom(...'ab:-# \'"\\é'.split(''), '😀'), maxLength: 12 });
  fc.assert(
    fc.property(fc.array(line, { maxLength: 6 }), (lines) => {
      const content = lines.join('\n');
      const json = JSON.stringify({ text: content });
      const written = sourceOffsets(json, {
        kind: 'scalar',
        at: { start: 8, end: json.length - 1 },
        text: content,
        plain: false,
      });
      for (let i = 0; i < content.length; i++) {
        const found = json[written(i)];
        expect(found === '\\' ? 'escaped' : found).toBe(
          /[\n"\\]/.test(content[i] ?? '') ? 'escaped' : content[i],
        );
      }
      const block = `text: |2+\n${lines.map((each) => `  ${each}\n`).join('')}`;
      fc.pre(scalarIn(block).text.trim() !== '');
      expect(pointedAt(block)).toBe(scalarIn(block).text);
    }),
  );
});
