import { describe, expect, it } from 'vitest';
import { readDocument } from '../../src/catalog/document.ts';
import { LineIndex } from '../../src/catalog/positions.ts';
import { defaultPolicy } from '../../src/settings.ts';

/** `line:column code field` of each problem, in the order in which they are found. */
function found(text: string, policy = defaultPolicy): string[] {
  const lines = new LineIndex(text);
  return readDocument(text, policy).problems.map(({ code, field, at }) => {
    const { line, column } = lines.position(at.start);
    return `${line}:${column} ${code} ${field}`.trimEnd();
  });
}

describe('a document', () => {
  it('has a tree and no problem if all readers read it alike', () => {
    const { root, problems } = readDocument(
      "---\n# Größe\r\na:\n- 'b'\n- 8000\n- true\n- {c: [~]}\n",
      defaultPolicy,
    );
    expect(problems).toEqual([]);
    expect(root?.pairs.map(({ key }) => key.text)).toEqual(['a']);
  });

  it('has a tree even with faults, so that all faults are reported at once', () => {
    const { root } = readDocument('a: &b c\nd: 3.10\ne: on\n', defaultPolicy);
    expect(root?.pairs.length).toBe(3);
  });

  it('that is not well-formed has problems for the syntax and for hiding characters', () => {
    expect(found('a: b\n  c: d\u2028\n')).toEqual(['2:7 yaml-feature', '2:3 yaml-syntax']);
  });

  it.each(['a: b\u001bc\n', 'a: "x\u001by"\n', 'a: b\n\u0000\n', 'a\ud800: b\n', '\u001ba: b'])(
    'has one problem if a hiding character breaks it: %j',
    (text) => {
      expect(readDocument(text, defaultPolicy).problems.map(({ code }) => code)).toEqual(['yaml-feature']);
    },
  );

  it('has two problems if it is broken before a hiding character', () => {
    expect(found('a: b: c \u001b\n')).toEqual(['1:9 yaml-feature', '1:5 yaml-syntax']);
  });

  it('has no root unless it is a mapping', () => {
    for (const text of ['', '# a', '---', 'a', '- a', '[]', '1', "''"]) {
      expect(found(text)).toEqual(['1:1 not-a-mapping']);
      expect(readDocument(text, defaultPolicy).root).toBeUndefined();
    }
  });

  it('is empty without keys, and not with keys that the tree omits', () => {
    expect(found('{}')).toEqual(['1:1 empty-catalog']);
    expect(found('[a]: b')).toEqual(['1:1 yaml-feature']);
    expect(found(`${'k'.repeat(2_000)}: a`)).toEqual(['1:1 yaml-syntax']);
  });

  it('has one problem for the second document', () => {
    expect(found('a: b\n# c\n---\nd: e\n---\nf: g\n')).toEqual([
      '3:1 yaml-feature a',
      '5:1 yaml-feature a',
      '3:1 multiple-documents',
    ]);
  });
});

describe('limits', () => {
  it('of bytes and entries are checked before parsing', () => {
    expect(found(`${'['.repeat(defaultPolicy.maxBytes)}[`)).toEqual(['1:1 document-limit']);
    expect(found('"'.repeat(defaultPolicy.maxBytes + 1))).toEqual(['1:1 document-limit']);
    expect(found(`${'a: &b\n'.repeat(2_001)}`)).toEqual(['1:1 document-limit']);
  });

  it('of depth stop the parser', () => {
    expect(found('a: [[b]]', { ...defaultPolicy, maxDepth: 2 })).toEqual(['1:5 document-limit']);
    expect(found('a: [[b]]', { ...defaultPolicy, maxDepth: 3 })).toEqual([]);
  });

  it('of entries also apply in braces', () => {
    const policy = { ...defaultPolicy, maxEntries: 2 };
    expect(found('{a: b, c: d}', policy)).toEqual([]);
    const { root, problems } = readDocument('{a: b, c: d, e: f}', policy);
    expect(root).toBeUndefined();
    expect(problems).toEqual([
      { code: 'document-limit', limit: 'entries', found: 3, allowed: 2, at: { start: 0, end: 0 }, field: '' },
    ]);
  });
});

describe('a repeated key', () => {
  it('is reported with the place of the first', () => {
    expect(readDocument('a: b\n\'a\': c\n"a": d\n', defaultPolicy).problems).toEqual([
      { code: 'duplicate-key', key: 'a', other: { start: 0, end: 1 }, at: { start: 5, end: 8 }, field: 'a' },
      {
        code: 'duplicate-key',
        key: 'a',
        other: { start: 0, end: 1 },
        at: { start: 12, end: 15 },
        field: 'a',
      },
    ]);
  });

  it('may be written differently, as Python compares keys', () => {
    expect(found('a: {1: b, 1.0: c, true: d, 0x1: e}')).toEqual([
      '1:11 duplicate-key a.1.0',
      '1:19 duplicate-key a.true',
      '1:28 duplicate-key a.0x1',
    ]);
    expect(found('a: {~: b, null: c}')).toEqual(['1:11 duplicate-key a.null']);
  });

  it('is not a text that looks like a number, or a text in another case', () => {
    expect(found("a: {2: b, '2': c, x: d, X: e, 'null': f, ~: g}")).toEqual([]);
  });

  it('is not a number that differs beyond the precision of JavaScript', () => {
    expect(found('a: {12345678901234567890: b, 12345678901234567891: c}')).toEqual([
      '1:5 yaml-ambiguous a.12345678901234567890',
      '1:30 yaml-ambiguous a.12345678901234567891',
    ]);
  });

  it('may be a name from JavaScript', () => {
    expect(found('__proto__: a\nconstructor: b\n')).toEqual([]);
    expect(found('__proto__: a\n__proto__: b\n')).toEqual(['2:1 duplicate-key __proto__']);
  });
});
