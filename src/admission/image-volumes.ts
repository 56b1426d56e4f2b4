import { imagesOf } from '../catalog/entry.ts';
import type { Lookup } from '../catalog/lookup.ts';
import type { Pod } from './pod.ts';
import { quoted } from './quoting.ts';

/** An image volume (`spec.volumes[].image`) of a Pod. */
export interface ImageVolume {
  readonly name: string | undefined;
  readonly reference: string;
}

/** The image volumes of a Pod that name an image. */
export function imageVolumesOf({ spec }: Pod): ImageVolume[] {
  const volumes: ImageVolume[] = [];
  for (const { name, image } of spec.volumes ?? [])
    if (image?.reference) volumes.push({ name: name ?? undefined, reference: image.reference });
  return volumes;
}

/** Warns of each image volume with a short name of the catalog, and says which URL to write: volumes are never rewritten. */
export function* volumeWarnings(
  { volumes, client }: { readonly volumes: readonly ImageVolume[]; readonly client: string | undefined },
  lookup: Lookup,
): Iterable<string> {
  for (const { name, reference } of volumes) {
    const resolution = lookup.resolve(reference, client);
    if (resolution.kind !== 'short-name' && resolution.kind !== 'no-variant') continue;
    // Any image of the entry will do: its variants only differ for containers that run them.
    const url = resolution.kind === 'short-name' ? resolution.url : imagesOf(resolution.entry)[0]?.image;
    if (url === undefined) continue;
    const label = name === undefined ? 'volume without a name' : `volume ${quoted(name)}`;
    yield `${label}: write ${url}:latest instead of ${quoted(reference)}; short names of image volumes are not resolved`;
  }
}
