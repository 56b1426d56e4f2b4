import { isNull, isText } from './scalars.ts';
import { pairsOf, type Scalar, type Tree } from './tree.ts';

/** A document as `yaml.safe_load` returns it, with keys in order. */
export type Value = string | number | boolean | null | readonly Value[] | ReadonlyMap<string, Value>;

/** The value of a document without errors. */
export function plainValue(tree: Tree): Value {
  if (tree.kind === 'list') return tree.items.map(plainValue);
  if (tree.kind === 'mapping')
    return new Map(pairsOf(tree).map(({ key, value }) => [key.text, plainValue(value)]));
  return scalarOf(tree);
}

function scalarOf(scalar: Scalar): Value {
  if (isText(scalar)) return scalar.text;
  if (isNull(scalar)) return null;
  return JSON.parse(scalar.text.toLowerCase());
}

/** The result of a reader for an entry. */
export interface Got {
  readonly url: string;
  /** The field of the entry: `image`, or the name of a variant. */
  readonly source: string;
  /** Only for webservice. */
  readonly type?: string;
  readonly resources?: string;
}

/** A consumer of the catalog, or a client of this webhook. */
export interface CatalogReader {
  readonly label: string;
  /** The `app.kubernetes.io/managed-by` of its workloads; `*` for all others. */
  readonly client: string;
  /** Resolves a name, or an alias if the reader knows aliases. */
  readonly byName: (document: Value, name: string) => Got | undefined;
  /** The canonical name of a URL without a tag, if the reader resolves URLs. */
  readonly byUrl: (document: Value, url: string) => string | undefined;
}

// Access to the document

const field = (value: Value | undefined, key: string): Value | undefined =>
  value instanceof Map ? value.get(key) : undefined;
const textIn = (value: Value | undefined, ...path: readonly string[]): string | undefined => {
  const found = path.reduce(field, value);
  return typeof found === 'string' && found !== '' ? found : undefined;
};
const listIn = (value: Value, key: string): readonly Value[] => {
  const found = field(value, key);
  return Array.isArray(found) ? found : [];
};
const entriesIn = (document: Value): (readonly [name: string, entry: Value])[] =>
  document instanceof Map ? [...document] : [];

const hostOf = (url: string): string => url.slice(0, url.indexOf('/'));
const pathOf = (url: string): string => url.slice(url.indexOf('/') + 1);

/** The URL of a source: of `image`, or of a variant. */
export const urlAt = (entry: Value, source: string): string | undefined =>
  source === 'image' ? textIn(entry, 'image') : textIn(entry, 'variants', source, 'image');

// The consumers

/** tools-webservice: its types are the names of the entries with its variant. */
const webservice: CatalogReader = {
  label: 'webservice',
  client: 'webservice',
  byName(document, name) {
    for (const [own, entry] of entriesIn(document)) {
      const url = textIn(entry, 'variants', 'webservice', 'image');
      const type = textIn(entry, 'variants', 'webservice', 'extra', 'wstype');
      if (own !== name || url === undefined || type === undefined) continue;
      return {
        url,
        source: 'webservice',
        type,
        resources: textIn(entry, 'variants', 'webservice', 'extra', 'resources') ?? 'default',
      };
    }
    return undefined;
  },
  byUrl: () => undefined,
};

/** jobs-api since January 2026: the first entry of the document whose `image` has that path, that name or that alias. */
const jobsOf2026: CatalogReader = {
  label: 'jobs-api of 2026',
  client: 'toolforge-jobs-framework',
  byName(document, name) {
    for (const [own, entry] of entriesIn(document)) {
      const url = textIn(entry, 'image');
      if (url === undefined) continue;
      if (own === name || listIn(entry, 'aliases').includes(name)) return { url, source: 'image' };
    }
    return undefined;
  },
  byUrl(document, url) {
    for (const [own, entry] of entriesIn(document)) {
      const image = textIn(entry, 'image');
      if (image === undefined || hostOf(image) !== hostOf(url)) continue;
      if ([pathOf(image), own, ...listIn(entry, 'aliases')].includes(pathOf(url))) return own;
    }
    return undefined;
  },
};

/** jobs-api from 2022 to 2025: the jobs variant, and URLs by exact comparison. */
const jobsUntil2025: CatalogReader = {
  label: 'jobs-api until 2025',
  client: 'toolforge-jobs-framework',
  byName(document, name) {
    for (const [own, entry] of entriesIn(document)) {
      const url = textIn(entry, 'variants', 'jobs-framework', 'image');
      if (url === undefined) continue;
      if (own === name || listIn(entry, 'aliases').includes(name)) return { url, source: 'jobs-framework' };
    }
    return undefined;
  },
  byUrl(document, url) {
    for (const [own, entry] of entriesIn(document))
      if (textIn(entry, 'variants', 'jobs-framework', 'image') === url) return own;
    return undefined;
  },
};

/** A client of this webhook: names resolve to the first existing source, and URLs by every image and host of an entry. */
export const clientOfWebhook = (client: string, sources: readonly string[]): CatalogReader => ({
  label: `client ${client}`,
  client,
  byName(document, name) {
    for (const [own, entry] of entriesIn(document)) {
      if (own !== name && !listIn(entry, 'aliases').includes(name)) continue;
      for (const source of sources) {
        const url = urlAt(entry, source);
        if (url !== undefined) return { url, source };
      }
    }
    return undefined;
  },
  byUrl(document, url) {
    for (const [own, entry] of entriesIn(document)) if (urlsIn(entry).includes(url)) return own;
    for (const [own, entry] of entriesIn(document)) {
      if (own !== pathOf(url) && !listIn(entry, 'aliases').includes(pathOf(url))) continue;
      if (urlsIn(entry).some((known) => hostOf(known) === hostOf(url))) return own;
    }
    return undefined;
  },
});

/** `image`, every variant, and the former images. */
export function urlsIn(entry: Value): string[] {
  const variants = field(entry, 'variants');
  return [
    textIn(entry, 'image'),
    ...(variants instanceof Map ? [...variants.values()].map((variant) => textIn(variant, 'image')) : []),
    ...listIn(entry, 'former-images').map((url) => (typeof url === 'string' ? url : undefined)),
  ].filter((url) => url !== undefined);
}

/** The consumers of this document. The fields with URLs show which jobs-api reads it. */
export function consumersOf(document: Value): CatalogReader[] {
  const entries = entriesIn(document).map(([, entry]) => entry);
  const hasImage = (entry: Value) => textIn(entry, 'image') !== undefined;
  const isOld = (entry: Value) =>
    !hasImage(entry) && textIn(entry, 'variants', 'jobs-framework', 'image') !== undefined;
  return [
    webservice,
    ...(entries.some(hasImage) ? [jobsOf2026] : []),
    ...(entries.some(isOld) ? [jobsUntil2025] : []),
  ];
}

/** An entry of a valid document with its aliases and URLs. */
export interface Known {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly urls: readonly string[];
  readonly fields: Value;
}

/** Computed once per document: there are thousands of documents, with hundreds of queries each. */
export function knownIn(document: Value): readonly Known[] {
  if (!(document instanceof Map)) return [];
  const known = gathered.get(document) ?? entriesIn(document).map(knownOf);
  gathered.set(document, known);
  return known;
}

const gathered = new WeakMap<object, readonly Known[]>();

const knownOf = ([name, entry]: readonly [string, Value]): Known => ({
  name,
  aliases: listIn(entry, 'aliases').filter((alias) => typeof alias === 'string'),
  urls: urlsIn(entry),
  fields: entry,
});

/** The host and the rest of a URL. */
export const splitUrl = (url: string): readonly [host: string, path: string] => [hostOf(url), pathOf(url)];
