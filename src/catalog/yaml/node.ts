import type { Span } from '../positions.ts';
import { readYaml11 } from './scalars.ts';

/** A YAML document as a tree with positions. The span of a scalar includes its quotes; that of an empty value is empty. */
export type YamlNode = ScalarNode | MappingNode | SequenceNode | OpaqueNode;

export interface ScalarNode {
  readonly kind: 'scalar';
  readonly at: Span;
  /** The decoded text: of a plain scalar, exactly what is written. */
  readonly text: string;
  /** A plain scalar may be a number, a boolean and so on; quoted and block scalars are strings. */
  readonly plain: boolean;
}

export interface MappingNode {
  readonly kind: 'mapping';
  readonly at: Span;
  readonly pairs: readonly Pair[];
  /** The pairs by key, of a mapping that has many. Without it lookups in a hostile mapping would be quadratic. */
  readonly byKey?: ReadonlyMap<string, Pair>;
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

/** A node whose value catalogs do not read, such as an alias. There it has a problem of its own. */
export interface OpaqueNode {
  readonly kind: 'opaque';
  readonly at: Span;
  /** The node that an alias refers to. Absent for an alias inside of its own anchor, or without one. */
  readonly target?: YamlNode;
}

/** The value of a key. The last pair of a repeated key counts, as for PyYAML. */
export const childOf = (node: YamlNode | undefined, key: string): YamlNode | undefined =>
  pairOf(node, key)?.value;

export function pairOf(node: YamlNode | undefined, key: string): Pair | undefined {
  if (node?.kind !== 'mapping') return undefined;
  return node.byKey ? node.byKey.get(key) : node.pairs.findLast((pair) => pair.key.text === key);
}

/** The pairs of a mapping, with only the last pair of a repeated key; empty for any other node. */
export const pairsOf = (node: YamlNode | undefined): readonly Pair[] =>
  node?.kind === 'mapping' ? node.pairs.filter((pair) => pairOf(node, pair.key.text) === pair) : [];

export const mappingOf = (at: Span, pairs: readonly Pair[]): MappingNode => ({
  kind: 'mapping',
  at,
  pairs,
  ...(pairs.length > FEW && { byKey: new Map(pairs.map((pair) => [pair.key.text, pair])) }),
});

/** Up to this many pairs a linear search is faster than a map. Real entries have no more. */
const FEW = 8;

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

/** Equal for keys that a reader takes as the same: `a` and `"a"`; in Python also `1`, `1.0` and `true`. */
export function keyIdentity(key: ScalarNode): string {
  const { type, value } = key.plain ? readYaml11(key.text) : ({ type: 'string', value: key.text } as const);
  if (type === 'string' || type === 'date' || type === 'merge key' || type === 'default value')
    return `text ${value}`;
  if (type === 'null') return 'null';
  // Numbers that JavaScript can't hold are compared as written.
  return `number ${Number.isNaN(value) ? key.text : Number(value)}`;
}

/** Whether a value has no repeated key, no alias of an anchor and no merge key. */
export function isWrittenOut(node: YamlNode): boolean {
  switch (node.kind) {
    case 'scalar':
      return true;
    case 'opaque':
      return false;
    case 'sequence':
      return node.items.every(isWrittenOut);
    case 'mapping': {
      const keys = new Set(node.pairs.map(({ key }) => keyIdentity(key)));
      return (
        keys.size === node.pairs.length &&
        node.pairs.every(({ key, value }) => !isMergeKey(key) && isWrittenOut(value))
      );
    }
    default:
      return node satisfies never;
  }
}

/** Whether a value has an opaque node, such as an alias of an anchor, or a merge key. */
export function hasReferences(node: YamlNode): boolean {
  switch (node.kind) {
    case 'scalar':
      return false;
    case 'opaque':
      return true;
    case 'sequence':
      return node.items.some(hasReferences);
    case 'mapping':
      return node.pairs.some(({ key, value }) => isMergeKey(key) || hasReferences(value));
    default:
      return node satisfies never;
  }
}

const isMergeKey = ({ plain, text }: ScalarNode): boolean => plain && text === '<<';
