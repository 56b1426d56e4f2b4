import { describe, expect, it } from 'vitest';
import { documentLimit } from '../../src/catalog/policy.ts';
import { defaultPolicy } from '../../src/settings.ts';

const policy = { ...defaultPolicy, maxBytes: 100, maxEntries: 3 };

const limitOf = (text: string): unknown => {
  const problem = documentLimit(text, policy);
  return problem?.code === 'document-limit' ? [problem.limit, problem.found, problem.allowed] : problem;
};

describe('documentLimit', () => {
  it('accepts a text of as many bytes as are allowed', () => {
    expect(limitOf(`a: ${'b'.repeat(97)}`)).toBeUndefined();
    expect(limitOf(`a: ${'b'.repeat(98)}`)).toEqual(['bytes', 101, 100]);
  });

  it('counts bytes, not characters', () => {
    expect(limitOf('é'.repeat(50))).toBeUndefined();
    expect(limitOf('é'.repeat(51))).toEqual(['bytes', 102, 100]);
  });

  it('accepts as many entries as are allowed', () => {
    expect(limitOf('a:\nb:\n"c":\n')).toBeUndefined();
    expect(limitOf("a:\nb:\n'c':\nd:")).toEqual(['entries', 4, 3]);
  });

  it('does not count comments, document markers, list items, indented lines and empty lines as entries', () => {
    expect(limitOf('---\n# a\n\na:\n- b\n- c\n- d\n  e:\n\tf\n\n# g\n...\n%h\n')).toBeUndefined();
  });

  it('counts a line that ends with CR and LF once', () => {
    expect(limitOf('a:\r\n\r\nb:\r\n\r\nc:\r\n')).toBeUndefined();
  });

  it('does not count the lines of JSON, wherever it begins', () => {
    const json = '{\n"a": [\n"b",\n"c",\n"d",\n"e"\n]\n}\n';
    expect(limitOf(json)).toBeUndefined();
    expect(limitOf(`---\n${json}`)).toBeUndefined();
    expect(limitOf(`# a\n\n--- # b\n  ${json}`)).toBeUndefined();
  });

  it('counts the entries before and after a brace that is not the first character', () => {
    expect(limitOf('a:\n{\nb:\nc:\nd:\n')).toEqual(['entries', 5, 3]);
  });

  it('points at the whole document', () => {
    expect(documentLimit('a:\n'.repeat(4), policy)).toMatchObject({ at: { start: 0, end: 0 }, field: '' });
  });
});
