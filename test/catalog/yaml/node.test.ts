import { describe, expect, it } from 'vitest';
import { childOf, kindOf, pairOf, pairsOf, type YamlNode } from '../../../src/catalog/yaml/node.ts';
import { parseYaml } from '../../../src/catalog/yaml/parse.ts';

function rootOf(text: string): YamlNode | undefined {
  const parsed = parseYaml(text, 16);
  return 'kind' in parsed ? undefined : parsed.documents[0]?.root;
}

// A long mapping has an index; a short one is searched.
describe.each([
  ['of few keys', ''],
  ['of many keys', Array.from({ length: 20 }, (_, i) => `k${i}: ${i}\n`).join('')],
])('pairOf, in a mapping %s,', (_, more) => {
  const textOf = (key: string, root: YamlNode | undefined): string | undefined => {
    const value = childOf(root, key);
    return value?.kind === 'scalar' ? value.text : undefined;
  };

  it('finds the value of a key', () => {
    expect(textOf('b', rootOf(`a: 1\n'b': 2\n${more}`))).toBe('2');
  });

  it('finds the last value of a repeated key, as PyYAML does', () => {
    expect(textOf('a', rootOf(`a: 1\nb: 2\n${more}a: 3\n`))).toBe('3');
    expect(pairOf(rootOf(`a: 1\nb: 2\n${more}a: 3\n`), 'a')?.key.at.start).toBeGreaterThan(0);
    expect(pairsOf(rootOf(`a: 1\nb: 2\na: 3\n${more}`)).map(({ key }) => key.text)).toEqual([
      'b',
      'a',
      ...pairsOf(rootOf(more)).map(({ key }) => key.text),
    ]);
  });

  it('finds nothing for an absent key, nor for names of Object.prototype', () => {
    const root = rootOf(`a: 1\n${more}`);
    expect(['b', 'constructor', '__proto__', 'length', ''].map((key) => childOf(root, key))).toEqual(
      Array.from({ length: 5 }),
    );
  });

  it('finds a key of the name __proto__', () => {
    expect(textOf('__proto__', rootOf(`__proto__: 1\n${more}`))).toBe('1');
  });
});

it('finds no keys in a node that is no mapping', () => {
  for (const text of ['- a', 'a', '[]', '']) {
    expect(childOf(rootOf(text), '0')).toBeUndefined();
    expect(pairsOf(rootOf(text))).toEqual([]);
  }
});

describe('kindOf', () => {
  it.each([
    ['{}', 'a mapping'],
    ['[]', 'a list'],
    ["''", 'a string'],
    ['b', 'a string'],
    ['1', 'an integer'],
    ['1.5', 'a float'],
    ['on', 'a boolean'],
    ['2027-03-01', 'a date'],
    ['~', 'null'],
    ['', 'nothing'],
    ['*b', 'an alias of an anchor'],
  ])('calls %j %s', (text, words) => {
    expect(kindOf(childOf(rootOf(`a: ${text}`), 'a'))).toBe(words);
  });

  it('calls an absent node nothing', () => {
    expect(kindOf(undefined)).toBe('nothing');
  });
});
