import type { ToolWorkload } from '../site/use.ts';
import { askedBy } from '../usage/by-owner.ts';
import type { ImageClassification } from '../usage/image-classification.ts';
import type { UsageIndex } from '../usage/usage-index.ts';
import type { ImageUse, Workload } from '../usage/workload.ts';

interface AskedImage extends Pick<ToolWorkload, 'image' | 'asksFor' | 'client'> {
  readonly owners: Set<Workload>;
}

/**
 * The workloads on images of the catalog, in no order. They are those that the removal guard counts. `serve` makes this list
 * between two reviews, so it gathers less than
 * `byOwner`, which takes three times as long.
 */
export function toolWorkloads(
  index: UsageIndex,
  classify: (use: ImageUse) => ImageClassification,
): ToolWorkload[] {
  const asked = new Map<string, AskedImage>();
  for (const { images, workloads } of index.used()) {
    const here = new Set(images.flatMap((use) => askedImage(use, classify(use), asked) ?? []));
    if (here.size === 0) continue;
    for (const workload of workloads) {
      const owner = index.rootOwnerOf(workload).workload;
      for (const { owners } of here) owners.add(owner);
    }
  }
  return Array.from(asked.values(), ({ image, asksFor, client, owners }) =>
    Array.from(owners, ({ namespace, kind, name }) => ({
      tool: namespace.replace(/^tool-/, ''),
      workload: `${kind}/${name}`,
      image,
      asksFor,
      ...(client !== undefined && { client }),
    })),
  ).flat();
}

function askedImage(
  use: ImageUse,
  classification: ImageClassification,
  known: Map<string, AskedImage>,
): AskedImage | undefined {
  if (classification.kind !== 'listed') return undefined;
  const image = classification.entry.name;
  const asksFor = askedBy(use, classification);
  const { client } = use;
  const key = JSON.stringify([image, asksFor, client]);
  const found = known.get(key) ?? { image, asksFor, client, owners: new Set() };
  known.set(key, found);
  return found;
}
