import { fieldPath } from './field.ts';
import type { Problem } from './problem.ts';
import { childOf, type MappingNode, type ScalarNode, type YamlNode } from './yaml/node.ts';
import { type Reading, readAlike, readYaml11, readYaml12 } from './yaml/scalars.ts';

/** Problems of plain scalars, keys and values alike, that YAML 1.1 and 1.2 read differently. */
export function* ambiguousScalars(root: YamlNode | undefined): Iterable<Problem> {
  for (const { node, path, isKey } of everyScalar(root)) {
    if (!node.plain || readAlike(node.text)) continue;
    if (isKey && node.text === '<<') {
      const remedy = 'delete it, and write out the fields it would bring';
      yield {
        code: 'yaml-feature',
        feature: 'a merge key (`<<`)',
        remedy,
        at: node.at,
        field: fieldPath(path),
      };
    } else yield ambiguous(node, path);
  }
}

/** The problem of a scalar, with how the consumers read it and how a YAML 1.2 reader does. */
export function ambiguous(node: ScalarNode, path: readonly (string | number)[]): Problem {
  return {
    code: 'yaml-ambiguous',
    text: node.text,
    yaml11: reading(readYaml11(node.text)),
    yaml12: reading(readYaml12(node.text)),
    at: node.at,
    field: fieldPath(path),
  };
}

function reading({ type, value }: Reading): string {
  switch (type) {
    case 'string':
      return 'a string';
    case 'null':
      return 'null';
    case 'integer':
    case 'float':
      return Number.isNaN(value) ? `a${type === 'integer' ? 'n' : ''} ${type}` : `the number ${value}`;
    case 'boolean':
      return String(value);
    case 'date':
    case 'merge key':
    case 'default value':
      return `a ${type}`;
    default:
      return type satisfies never;
  }
}

interface PlacedScalar {
  readonly node: ScalarNode;
  readonly path: readonly (string | number)[];
  readonly isKey: boolean;
}

function* everyScalar(
  node: YamlNode | undefined,
  path: readonly (string | number)[] = [],
): Iterable<PlacedScalar> {
  if (node?.kind === 'scalar') yield { node, path, isKey: false };
  else if (node?.kind === 'sequence') {
    for (const [index, item] of node.items.entries()) yield* everyScalar(item, [...path, index]);
  } else if (node?.kind === 'mapping') {
    for (const { key, value } of node.pairs) {
      const below = [...path, key.text];
      yield { node: key, path: below, isKey: true };
      yield* everyScalar(value, below);
    }
  }
}

/**
 * Problems of names that both dialects read as a number, a boolean or null (`3.9`, `true`). jobs-api fails on such a name of
 * an entry, and no client could ask for such a variant. `ambiguousScalars` reports names that the dialects read differently.
 */
export function* entryNames(root: MappingNode): Iterable<Problem> {
  for (const { key, value } of root.pairs) {
    if (isNoString(key)) yield ambiguous(key, [key.text]);
    const variants = childOf(value, 'variants');
    if (variants?.kind !== 'mapping') continue;
    for (const variant of variants.pairs) {
      if (isNoString(variant.key)) yield ambiguous(variant.key, [key.text, 'variants', variant.key.text]);
    }
  }
}

function isNoString({ plain, text }: ScalarNode): boolean {
  const reading = plain ? readAlike(text) : undefined;
  return reading !== undefined && reading.type !== 'string';
}
