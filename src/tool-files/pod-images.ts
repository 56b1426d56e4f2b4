import { containerLists } from '../catalog/kubernetes-objects.ts';
import type { ScalarNode, YamlNode } from '../catalog/yaml/node.ts';
import type { AnchoredFields } from './anchors.ts';

interface PodImage {
  readonly scalar: ScalarNode;
  /** The labels of the Pod. */
  readonly labels: YamlNode | undefined;
}

/**
 * The images of all containers and image volumes in an object, whatever its kind: a mapping with a list of containers is the spec of a
 * Pod, so custom resources need no table. Each node is visited once.
 */
export function* podImages(
  root: YamlNode | undefined,
  fields: AnchoredFields,
  labels?: YamlNode,
  seen = new Set<YamlNode>(),
  depth = 0,
): Iterable<PodImage> {
  const node = fields.follow(root);
  if (node?.kind !== 'sequence' && node?.kind !== 'mapping') return;
  if (seen.has(node) || depth > MAX_DEPTH) return;
  seen.add(node);
  if (node.kind === 'sequence') {
    for (const item of node.items) yield* podImages(item, fields, labels, seen, depth + 1);
    return;
  }
  for (const list of containerLists) {
    for (const container of fields.items(fields.field(node, list))) {
      const scalar = fields.image(container, 'image');
      if (scalar) yield { scalar, labels };
    }
  }
  if (fields.field(node, 'containers')) {
    for (const volume of fields.items(fields.field(node, 'volumes'))) {
      const scalar = fields.image(fields.field(volume, 'image'), 'reference');
      // A short name there is resolved by nobody, so no name of the catalog is meant.
      if (scalar?.text.includes('/')) yield { scalar, labels };
    }
  }
  // A spec has the labels of its own object; a template does not inherit those of its Deployment.
  const own = fields.field(node, 'spec') ? fields.field(fields.field(node, 'metadata'), 'labels') : labels;
  for (const { value } of node.pairs) yield* podImages(value, fields, own, seen, depth + 1);
}

/** Aliases of aliases nest deeper than the text. A custom resource with Pod templates has about 20 levels. */
const MAX_DEPTH = 200;
