import type { Span } from '../positions.ts';
import { readYaml11 } from './scalars.ts';

/** A YAML document as a tree with positions. Quotes belong to a scalar's span; an empty value has an empty one. */
export type YamlNode = ScalarNode | MappingNode | SequenceNode | OpaqueNode;

export interface ScalarNode {
  readonly kind: 'scalar';
  readonly at: Span;
  /** The decoded text: of a plain scalar, exactly what is written. */
  readonly text: string;
  /** Plain scalars may be something else than a string; quoted and block ones never are. */
  readonly plain: boolean;
}

export interface MappingNode {
  readonly kind: 'mapping';
  readonly at: Span;
  readonly pairs: readonly Pair[];
}

export interface Pair {
  readonly key: ScalarNode;
  readonly value: YamlNode;
}

interface SequenceNode {
  readonly kind: 'sequence';
  readonly at: Span;
  readonly items: readonly YamlNode[];
}

/** Something whose value is not looked at, such as an alias; a problem about it has been reported already. */
interface OpaqueNode {
  readonly kind: 'opaque';
  readonly at: Span;
}

/** The value of a key; of a repeated one the last, as PyYAML takes it. */
export const childOf = (node: YamlNode | undefined, key: string): YamlNode | undefined =>
  pairOf(node, key)?.value;

export function pairOf(node: YamlNode | undefined, key: string): Pair | undefined {
  if (node?.kind !== 'mapping') return undefined;
  if (node.pairs.length <= FEW) return node.pairs.findLast((pair) => pair.key.text === key);
  let index = indexes.get(node);
  if (!index) {
    index = new Map(node.pairs.map((pair) => [pair.key.text, pair]));
    indexes.set(node, index);
  }
  return index.get(key);
}

/** The pairs of a mapping that count: of a repeated key the last. What is no mapping has none. */
export const pairsOf = (node: YamlNode | undefined): readonly Pair[] =>
  node?.kind === 'mapping' ? node.pairs.filter((pair) => pairOf(node, pair.key.text) === pair) : [];

/** Looking through the pairs is fastest for real entries; a hostile mapping of thousands would make it quadratic. */
const FEW = 8;
const indexes = new WeakMap<MappingNode, ReadonlyMap<string, Pair>>();

/** What messages call the type of a node, as PyYAML reads it: `a mapping`, `an integer`, `nothing`. */
export function kindOf(node: YamlNode | undefined): string {
  switch (node?.kind) {
    case undefined:
      return 'nothing';
    case 'mapping':
      return 'a mapping';
    case 'sequence':
      return 'a list';
    case 'opaque':
      return 'an alias of an anchor';
    case 'scalar': {
      if (!node.plain) return 'a string';
      const { type } = readYaml11(node.text);
      if (type === 'null') return node.text === '' ? 'nothing' : 'null';
      return type === 'integer' ? 'an integer' : `a ${type}`;
    }
    default:
      return node satisfies never;
  }
}
