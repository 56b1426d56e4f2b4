import { readDocument } from '../../catalog/document.ts';
import type { CatalogPolicy } from '../../catalog/policy.ts';
import { childOf, type MappingNode, pairOf, type YamlNode } from '../../catalog/yaml/node.ts';

/** The entries of a catalog as plain text, with or without errors, so that changes of unknown fields can be listed, too. */
export type Snapshot = ReadonlyMap<string, EntrySnapshot>;

export interface EntrySnapshot {
  readonly aliases: readonly string[];
  /** Every other value by its path below the entry: `variants.webservice.extra.wstype` to `python`. */
  readonly fields: ReadonlyMap<string, string>;
}

export function snapshot(text: string, policy: CatalogPolicy): Snapshot {
  const { root } = readDocument(text, policy);
  return new Map(root ? lastPairs(root).map(({ key, value }) => [key.text, entrySnapshot(value)]) : []);
}

function entrySnapshot(node: YamlNode): EntrySnapshot {
  const aliases = childOf(node, 'aliases');
  const items = aliases?.kind === 'sequence' ? aliases.items : [];
  const fields = new Map(leaves(node, ''));
  for (const path of [...fields.keys()]) if (/^aliases(\[|$)/.test(path)) fields.delete(path);
  return {
    aliases: [...new Set(items.flatMap((item) => (item.kind === 'scalar' ? item.text : [])))],
    fields,
  };
}

function* leaves(node: YamlNode, path: string): Iterable<[path: string, text: string]> {
  switch (node.kind) {
    case 'scalar':
      yield [path, node.text];
      return;
    case 'sequence':
      for (const [index, item] of node.items.entries()) yield* leaves(item, `${path}[${index}]`);
      return;
    case 'mapping':
      for (const { key, value } of lastPairs(node))
        yield* leaves(value, path === '' ? key.text : `${path}.${key.text}`);
      return;
    case 'opaque':
      return;
  }
}

/** The last of repeated keys counts, as for the consumers. */
const lastPairs = (node: MappingNode) => node.pairs.filter((pair) => pairOf(node, pair.key.text) === pair);
