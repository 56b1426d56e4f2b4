import { lastStartingAt, type Span } from '../catalog/positions.ts';
import { type OpaqueNode, pairOf, type ScalarNode, type YamlNode } from '../catalog/yaml/node.ts';
import { readYaml11 } from '../catalog/yaml/scalars.ts';

/**
 * Reads fields through aliases and merge keys, as PyYAML does. A lookup visits each node once, so aliases of aliases cost no
 * more than their text.
 */
export class AnchoredFields {
  /** The aliases through which images were read. */
  readonly #followed = new Set<OpaqueNode>();
  /** The texts that stand in the field of an image themselves. */
  readonly #written = new Set<ScalarNode>();

  /** The node that an alias refers to, or the node itself. */
  follow(node: YamlNode | undefined): YamlNode | undefined {
    // One step is enough: an alias cannot have an anchor.
    return node?.kind === 'opaque' ? node.target : node;
  }

  /** The value of a key: the mapping's own, or that of the first merged mapping that has it. */
  field(node: YamlNode | undefined, key: string, seen = new Set<YamlNode>()): YamlNode | undefined {
    const mapping = this.follow(node);
    if (mapping?.kind !== 'mapping' || seen.has(mapping) || seen.size > MOST_MERGED) return undefined;
    seen.add(mapping);
    const own = pairOf(mapping, key);
    if (own) return own.value;
    for (const merged of mergedInto(mapping)) {
      const found = this.field(merged, key, seen);
      if (found) return found;
    }
    return undefined;
  }

  text(node: YamlNode | undefined, key: string): string | undefined {
    return scalarOf(this.follow(this.field(node, key)))?.text;
  }

  items(node: YamlNode | undefined): readonly YamlNode[] {
    const list = this.follow(node);
    return list?.kind === 'sequence' ? list.items : [];
  }

  /** The text of a field that holds an image. The aliases on the way to it lead to no other use. */
  image(node: YamlNode | undefined, key: string): ScalarNode | undefined {
    this.#followMerges(this.follow(node));
    const value = this.field(node, key);
    if (value?.kind === 'opaque') this.#followed.add(value);
    if (value?.kind === 'scalar') this.#written.add(value);
    return scalarOf(this.follow(value));
  }

  #followMerges(node: YamlNode | undefined, seen = new Set<YamlNode>()): void {
    if (node === undefined || seen.has(node) || seen.size > MOST_MERGED) return;
    seen.add(node);
    for (const merged of mergedInto(node)) {
      if (merged.kind === 'opaque') this.#followed.add(merged);
      this.#followMerges(this.follow(merged), seen);
    }
  }

  /** A test whether a text is also used for something else than an image: to change it would change that, too. */
  sharedIn(root: YamlNode | undefined): (scalar: ScalarNode) => boolean {
    const spans: Span[] = [];
    const targets = [...aliasesIn(root)].flatMap((alias) =>
      alias.target && !this.#followed.has(alias) ? [alias.target.at] : [],
    );
    // Nodes contain each other or are apart, so those that are contained can be left out.
    for (const at of targets.sort((one, other) => one.start - other.start || other.end - one.end))
      if (at.end > (spans.at(-1)?.end ?? -1)) spans.push(at);
    return (scalar) => {
      const { start, end } = scalar.at;
      const span = spans[lastStartingAt(spans, start, (other) => other.start)];
      return !this.#written.has(scalar) || (span !== undefined && end <= span.end);
    };
  }
}

/** Mappings that one lookup passes. A chain of merges in a real file has two or three. */
const MOST_MERGED = 100;

/** The values of `<<`: `<<: *a` merges one mapping, `<<: [*a, *b]` several. */
function mergedInto(mapping: YamlNode): readonly YamlNode[] {
  const merge = pairOf(mapping, '<<');
  if (!merge?.key.plain) return [];
  return merge.value.kind === 'sequence' ? merge.value.items : [merge.value];
}

/** A scalar with a text: null is none. */
const scalarOf = (node: YamlNode | undefined): ScalarNode | undefined =>
  node?.kind === 'scalar' && !(node.plain && readYaml11(node.text).type === 'null') ? node : undefined;

function* aliasesIn(node: YamlNode | undefined): Iterable<OpaqueNode> {
  if (node?.kind === 'opaque') yield node;
  else if (node?.kind === 'sequence') for (const item of node.items) yield* aliasesIn(item);
  else if (node?.kind === 'mapping') for (const { value } of node.pairs) yield* aliasesIn(value);
}
