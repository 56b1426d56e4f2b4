import { type Entry, imagesOf, listsImage } from '../catalog/entry.ts';
import { isBuilt, splitHost, splitLatest } from '../catalog/image-reference.ts';
import type { Lookup } from '../catalog/lookup.ts';
import type { Suggest } from '../catalog/suggestion.ts';
import type { ImageUse } from './workload.ts';

/** How a catalog knows an image in use. */
export type ImageClassification =
  | {
      readonly kind: 'listed';
      readonly entry: Entry;
      /** The name or alias by which it was asked for: as written, as recorded at admission, or the end of `HOST/ALIAS`. */
      readonly shortName: string | undefined;
      /** The alias of a URL `HOST/ALIAS` that is no image of the entry itself, whatever was recorded. */
      readonly hostAlias: string | undefined;
      /** The written URL without its tag; undefined for a short name. */
      readonly url: string | undefined;
      /** Without a tag: the written URL, or the URL to which the short name resolves for this client. */
      readonly gets: string | undefined;
    }
  /** A former image of an entry: on another host, or a URL that the entry no longer has. */
  | { readonly kind: 'orphaned'; readonly entry: Entry }
  /** An image of a removed entry, by the name recorded at admission. */
  | { readonly kind: 'removed'; readonly name: string }
  /** A tool's own image, from the build service. */
  | { readonly kind: 'built' }
  /** An image volume that the catalog does not list: data from any registry. */
  | { readonly kind: 'data' }
  /** `meant` finds the entry that a short name probably means; it is absent for any other image. */
  | { readonly kind: 'unknown'; readonly meant?: () => Entry | undefined };

/** A function that classifies images by one catalog. It remembers each result: thousands of workloads share a few images. */
export function imageClassifier(lookup: Lookup): (use: ImageUse) => ImageClassification {
  const repositories = repositoriesOf(lookup);
  const suggest = boundedSuggestions(lookup);
  const known = new WeakMap<ImageUse, ImageClassification>();
  return (use) => {
    let classification = known.get(use);
    if (!classification) {
      classification = classify(use, lookup, repositories, suggest);
      known.set(use, classification);
    }
    return classification;
  };
}

function classify(
  use: ImageUse,
  lookup: Lookup,
  repositories: ReadonlyMap<string, Entry>,
  suggest: Suggest,
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
  if (recorded !== undefined) return { kind: 'removed', name: recorded };
  return resolution.kind === 'unknown-short-name'
    ? { kind: 'unknown', meant: () => suggest(resolution.shortName) }
    : { kind: 'unknown' };
}

/**
 * Maximum number of unknown short names that are compared with a catalog. Each takes about a millisecond in a large catalog.
 * `notices` asks for few names of a workload, so one tool cannot use up the limit.
 */
const MAX_COMPARED = 1_000;

/** Remembers each suggestion, since many Pods may share a misspelt name. Names after the first thousand get none. */
function boundedSuggestions(lookup: Lookup): Suggest {
  const known = new Map<string, Entry | undefined>();
  return (shortName) => {
    if (!known.has(shortName) && known.size < MAX_COMPARED) known.set(shortName, lookup.suggest(shortName));
    return known.get(shortName);
  };
}

/** The recorded short name; undefined if it no longer resolves to this entry. */
const requestedOf = ({ requested }: ImageUse, entry: Entry, lookup: Lookup): string | undefined =>
  requested !== undefined && lookup.shortNames.get(requested) === entry ? requested : undefined;

/** Entries by the path after the host of their images, and by names and aliases, as jobs-api matches them. */
function repositoriesOf({ catalog, shortNames }: Lookup): ReadonlyMap<string, Entry> {
  const repositories = new Map(shortNames);
  for (const entry of catalog.entries)
    for (const image of [...imagesOf(entry).map((own) => own.image), ...(entry.formerImages ?? [])])
      repositories.set(splitHost(image).repository, entry);
  return repositories;
}
