import { type Catalog, type Entry, imagesOf } from './entry.ts';
import { isBuilt, splitHost, splitLatest, splitReference } from './image-reference.ts';
import { readerClients } from './readers.ts';
import { type Suggest, suggestionsFrom } from './suggestion.ts';

/**
 * The sources of each client: it gets the first one that exists. A client is a value of the Pod label
 * `app.kubernetes.io/managed-by`, or `*` for any other client; a source is `image` or the name of a variant.
 */
export type ClientPrecedence = Readonly<Record<string, readonly string[]>>;

export const ANY_CLIENT = '*';

/** As the consumers read: webservice reads its own variant, jobs-api reads `image` and, before 2026, its own variant. */
export const defaultPrecedence: ClientPrecedence = {
  webservice: ['webservice', 'image'],
  'toolforge-jobs-framework': ['image', 'jobs-framework'],
  [ANY_CLIENT]: ['image', 'jobs-framework', 'webservice'],
};

/** What an image of a Pod means in the catalog. */
export type Resolution =
  /** A short name; `url` is the URL that the client gets, without a tag. */
  | { readonly kind: 'short-name'; readonly entry: Entry; readonly url: string }
  /** A short name of an entry without an image for this client; `has` are the paths of its images. */
  | { readonly kind: 'no-variant'; readonly entry: Entry; readonly has: readonly string[] }
  /** A URL, or `HOST/ALIAS`, that belongs to one entry. */
  | { readonly kind: 'url'; readonly entry: Entry }
  /** An image in the form of a short name that the catalog does not have. */
  | { readonly kind: 'unknown-short-name'; readonly shortName: string }
  /** Any other image: with another tag or a digest, or an unknown URL. */
  | { readonly kind: 'foreign' };

export interface Lookup {
  readonly catalog: Catalog;
  /** Entries by name and alias. */
  readonly shortNames: ReadonlyMap<string, Entry>;
  resolve(image: string, client: string | undefined): Resolution;
  readonly suggest: Suggest;
  /** The hosts of all images, without former ones. */
  readonly hosts: ReadonlySet<string>;
  /** The client that use is counted for: the value of the label if a reader or the precedence names it, else `ANY_CLIENT`. */
  readonly clientOf: (label: string | undefined) => string;
}

const SHORT_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/** Indexes a catalog. Lookups are exact and case-sensitive, and do not depend on the order of the entries. */
export function buildLookup(catalog: Catalog, precedence: ClientPrecedence): Lookup {
  const shortNames = new Map<string, Entry>();
  const byUrl = new Map<string, Entry>();
  const hosts = new Set<string>();
  for (const entry of catalog.entries) {
    shortNames.set(entry.name, entry);
    for (const alias of entry.aliases) shortNames.set(alias, entry);
    for (const { image } of imagesOf(entry)) {
      byUrl.set(image, entry);
      hosts.add(splitHost(image).host);
    }
    for (const image of entry.formerImages ?? []) byUrl.set(image, entry);
  }
  const clients = sourcesByClient(precedence);

  return {
    catalog,
    shortNames,
    hosts,
    suggest: suggestionsFrom(shortNames),
    resolve(image, client) {
      const { name, latest } = splitLatest(image);
      if (!latest) return { kind: 'foreign' };
      const entry = shortNames.get(name);
      if (entry) {
        const url = imageFor(entry, sourcesFor(precedence, client));
        return url === undefined
          ? { kind: 'no-variant', entry, has: imagesOf(entry).map(({ path }) => path) }
          : { kind: 'short-name', entry, url };
      }
      if (SHORT_NAME.test(name)) return { kind: 'unknown-short-name', shortName: name };
      const owner = byUrl.get(name) ?? byHostAndShortName(name, shortNames);
      return owner ? { kind: 'url', entry: owner } : { kind: 'foreign' };
    },
    clientOf: (label) => (label !== undefined && clients.has(label) ? label : ANY_CLIENT),
  };
}

/** The sources of each client that a reader or the precedence names, and of `ANY_CLIENT`. */
export const sourcesByClient = (precedence: ClientPrecedence): ReadonlyMap<string, readonly string[]> =>
  new Map(
    [...readerClients, ...Object.keys(precedence)].map((client) => [client, sourcesFor(precedence, client)]),
  );

function sourcesFor(precedence: ClientPrecedence, client: string | undefined): readonly string[] {
  const own = client !== undefined && Object.hasOwn(precedence, client) ? precedence[client] : undefined;
  return own ?? precedence[ANY_CLIENT] ?? [];
}

function imageFor(entry: Entry, sources: readonly string[]): string | undefined {
  for (const source of sources) {
    const image = source === 'image' ? entry.image : entry.variants.find(([name]) => name === source)?.[1];
    if (image !== undefined) return image;
  }
  return undefined;
}

/** The entry of `HOST/ALIAS`. Old Pods have such images, and jobs-api knows them: it compares the last part with the aliases. */
function byHostAndShortName(url: string, shortNames: ReadonlyMap<string, Entry>): Entry | undefined {
  const { host, repository } = splitHost(url);
  const entry = shortNames.get(repository);
  const isOnHost = (image: string): boolean => splitHost(image).host === host;
  return entry && (imagesOf(entry).some(({ image }) => isOnHost(image)) || entry.formerImages?.some(isOnHost))
    ? entry
    : undefined;
}

/**
 * Host and repository of an image that no entry lists, on a host of the catalog: the repository was removed or is misspelt.
 * Undefined for images of other registries and for builds of tools. The tag and digest do not matter.
 */
export function unknownRepository(
  image: string,
  lookup: Lookup,
): { readonly host: string; readonly repository: string } | undefined {
  const { name } = splitReference(image);
  const { host, repository } = splitHost(name);
  if (!lookup.hosts.has(host) || repository === '' || isBuilt(name)) return undefined;
  return lookup.resolve(name, undefined).kind === 'foreign' ? { host, repository } : undefined;
}

/** The entry that an unknown repository probably means. */
export const suggestForRepository = (repository: string, { suggest }: Lookup): Entry | undefined =>
  suggest(repository.slice(repository.lastIndexOf('/') + 1));

/** The entry of an image with a tag other than `latest` and no digest, by its URL, `HOST/ALIAS` or short name. */
export function taggedEntry(image: string, lookup: Lookup): Entry | undefined {
  const { tag, digest } = splitReference(image);
  return tag === undefined || tag === 'latest' || digest !== undefined
    ? undefined
    : entryOfAnyTag(image, lookup);
}

/** The entry of an image, whatever its tag or digest. */
export function entryOfAnyTag(image: string, lookup: Lookup): Entry | undefined {
  const resolution = lookup.resolve(splitReference(image).name, undefined);
  return 'entry' in resolution ? resolution.entry : undefined;
}

/**
 * The URL to write for an image of an entry, without a tag: its own if the entry lists it, or else the URL that the client gets
 * by name, or else the first URL of the entry; undefined if it has none.
 */
export function listedUrl(
  image: string,
  entry: Entry,
  client: string | undefined,
  lookup: Lookup,
): string | undefined {
  const { name } = splitReference(image);
  const images = imagesOf(entry);
  if (images.some((listed) => listed.image === name)) return name;
  const resolution = lookup.resolve(entry.name, client);
  return resolution.kind === 'short-name' ? resolution.url : images[0]?.image;
}
