import { type Entry, imagesOf, listsImage } from '../catalog/entry.ts';
import { splitHost, splitLatest } from '../catalog/image-reference.ts';
import type { Lookup } from '../catalog/lookup.ts';
import type { ImageUse } from './workload.ts';

/** What an image that is in use is to a catalog. */
export type ImageClassification =
  | {
      readonly kind: 'listed';
      readonly entry: Entry;
      /** The name or alias that it depends on: as it is written, recorded at admission, or the end of `HOST/ALIAS`. */
      readonly shortName: string | undefined;
      /** The end of `HOST/ALIAS`, where that is how the URL leads to the entry, whatever was recorded. */
      readonly hostAlias: string | undefined;
      /** Without a tag, where a URL is written. */
      readonly url: string | undefined;
      /** Without a tag: the URL that is written, or that its short name becomes for who asks. */
      readonly gets: string | undefined;
    }
  /** An entry's image as it was once: on another host, or under a URL that the entry has no more. */
  | { readonly kind: 'orphaned'; readonly entry: Entry }
  /** Of an entry that is gone, by the name that was recorded at admission. */
  | { readonly kind: 'removed'; readonly name: string }
  /** A tool's own, by the build service. */
  | { readonly kind: 'built' }
  /** In an image volume, and not in the catalog: data of any registry, about which a catalog says nothing. */
  | { readonly kind: 'data' }
  | { readonly kind: 'unknown' };

/** Classifies images by one catalog; each of them once, since thousands of workloads share a few. */
export function imageClassifier(lookup: Lookup): (use: ImageUse) => ImageClassification {
  const repositories = repositoriesOf(lookup);
  const known = new WeakMap<ImageUse, ImageClassification>();
  return (use) => {
    let classification = known.get(use);
    if (!classification) {
      classification = classify(use, lookup, repositories);
      known.set(use, classification);
    }
    return classification;
  };
}

function classify(
  use: ImageUse,
  lookup: Lookup,
  repositories: ReadonlyMap<string, Entry>,
): ImageClassification {
  const { image, list, client, recorded } = use;
  const resolution = lookup.resolve(image, client);
  const { name, latest } = splitLatest(image);
  switch (resolution.kind) {
    case 'short-name':
    case 'no-variant':
      return {
        kind: 'listed',
        entry: resolution.entry,
        shortName: name,
        hostAlias: undefined,
        url: undefined,
        gets: resolution.kind === 'short-name' ? resolution.url : undefined,
      };
    case 'url': {
      const { entry } = resolution;
      const listed = listsImage(entry, name);
      const hostAlias = listed ? undefined : splitHost(name).repository;
      const shortName = requestedOf(use, entry, lookup) ?? hostAlias;
      return { kind: 'listed', entry, shortName, hostAlias, url: name, gets: name };
    }
    case 'unknown-short-name':
    case 'foreign':
  }
  if (list === 'volumes') return { kind: 'data' };
  if (isBuilt(name)) return { kind: 'built' };
  const entry = latest ? repositories.get(splitHost(name).repository) : undefined;
  const owner = entry ?? lookup.shortNames.get(recorded ?? '');
  if (owner) return { kind: 'orphaned', entry: owner };
  return recorded === undefined ? { kind: 'unknown' } : { kind: 'removed', name: recorded };
}

/** A record that no longer leads here holds nobody to it. */
const requestedOf = ({ requested }: ImageUse, entry: Entry, lookup: Lookup): string | undefined =>
  requested !== undefined && lookup.shortNames.get(requested) === entry ? requested : undefined;

/** By the path after the host: images, names and aliases, as jobs-api matches them. */
function repositoriesOf({ catalog, shortNames }: Lookup): ReadonlyMap<string, Entry> {
  const repositories = new Map(shortNames);
  for (const entry of catalog.entries)
    for (const image of [...imagesOf(entry).map((own) => own.image), ...(entry.formerImages ?? [])])
      repositories.set(splitHost(image).repository, entry);
  return repositories;
}

/** `HOST/tool-NAME/IMAGE`, with any tag. */
const isBuilt = (name: string): boolean => /^tool-[^/]+\//.test(splitHost(name).repository);
