import type { ImageClassification } from './image-classification.ts';
import type { UsageIndex } from './usage-index.ts';
import type { ImageUse, Workload } from './workload.ts';

/** What an image is to a catalog that does not list it. */
const unlisted = [
  'orphaned',
  'removed',
  'unknown',
  'built',
] as const satisfies readonly ImageClassification['kind'][];

/** How many workloads have an image that the catalog does not list, by what it is instead. */
export function unlistedImages(
  index: UsageIndex,
  classify: (use: ImageUse) => ImageClassification,
): ReadonlyMap<string, number> {
  const found = new Map<string, Set<Workload>>(unlisted.map((kind) => [kind, new Set()]));
  for (const { images, workloads } of index.used()) {
    const kinds = new Set(images.map((image) => classify(image).kind));
    for (const kind of kinds)
      for (const workload of workloads) found.get(kind)?.add(index.rootOwnerOf(workload).workload);
  }
  return new Map(Array.from(found, ([kind, tops]) => [kind, tops.size]));
}
