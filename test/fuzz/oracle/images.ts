import { newer } from './versions.ts';

/** An entry of a good catalog, in plain words. */
export interface PlainEntry {
  readonly name: string;
  readonly state: string;
  readonly image: string | undefined;
  readonly aliases: readonly string[];
  readonly variants: readonly { readonly name: string; readonly image: string }[];
  /** URLs that it once had: they lead back to it, and nothing leads to them. */
  readonly former: readonly string[];
  readonly replacement: string | undefined;
  readonly removal: string | undefined;
  /** Where to read on. */
  readonly address: string | undefined;
}

/** For each asker, and `*` for everybody else: `image` or names of variants, of which the first that exists is taken. */
export type Precedence = Readonly<Record<string, readonly string[]>>;

/** A tag `latest` counts as none. With another tag, or with a digest, an image is nobody's: undefined. */
export function withoutLatest(image: string): string | undefined {
  if (image.includes('@')) return undefined;
  const parts = image.split('/');
  const [name, tag, ...more] = (parts.pop() as string).split(':');
  if (more.length > 0 || (tag !== undefined && tag !== 'latest')) return undefined;
  return [...parts, name].join('/');
}

/** Names and aliases match exactly. */
export const entryCalled = (catalog: readonly PlainEntry[], shortName: string): PlainEntry | undefined =>
  catalog.find((entry) => [entry.name, ...entry.aliases].includes(shortName));

export const urlsOf = (entry: PlainEntry): string[] => [
  ...(entry.image === undefined ? [] : [entry.image]),
  ...entry.variants.map(({ image }) => image),
];

/** Those that lead back to it. */
const knownUrlsOf = (entry: PlainEntry): string[] => [...urlsOf(entry), ...entry.former];

/** What an asker gets for an entry, if anything. */
export function urlFor(
  entry: PlainEntry,
  asker: string | undefined,
  precedence: Precedence,
): string | undefined {
  const known = asker !== undefined && Object.keys(precedence).includes(asker);
  for (const source of precedence[known ? asker : '*'] ?? []) {
    if (source === 'image' && entry.image !== undefined) return entry.image;
    const variant = entry.variants.find(({ name }) => name === source);
    if (source !== 'image' && variant) return variant.image;
  }
  return undefined;
}

/** Whose image a URL is: of the entry that has it, or of the one on that host that is called like the rest of it. */
export function ownerOf(catalog: readonly PlainEntry[], url: string): PlainEntry | undefined {
  const [host, ...path] = url.split('/');
  const called = entryCalled(catalog, path.join('/'));
  return (
    catalog.find((entry) => knownUrlsOf(entry).includes(url)) ??
    (called && knownUrlsOf(called).some((image) => image.split('/')[0] === host) ? called : undefined)
  );
}

/** Whatever a Pod says: by short name or by URL. */
export function entryBehind(catalog: readonly PlainEntry[], image: string): PlainEntry | undefined {
  const plain = withoutLatest(image);
  return plain === undefined ? undefined : (entryCalled(catalog, plain) ?? ownerOf(catalog, plain));
}

export const isDeprecated = (entry: PlainEntry | undefined): entry is PlainEntry =>
  entry?.state === 'deprecated';

/** `python3.7 is deprecated; use python3.11; removal on 2027-03-01`, or `newer: python3.13` where nothing is to be used. */
export const deprecationOf = (
  { name, replacement, removal }: PlainEntry,
  catalog: readonly PlainEntry[],
): string =>
  `${name} is deprecated` +
  (replacement === undefined ? newerThan(name, catalog) : `; use ${replacement}`) +
  (removal === undefined ? '' : `; removal on ${removal}`);

/** The stable entry with the highest version that differs in nothing else; the first in the alphabet of several. */
function newerThan(name: string, catalog: readonly PlainEntry[]): string {
  const own = versionIn(name);
  if (!own) return '';
  const siblings = catalog
    .filter(({ state }) => state === 'stable')
    .map((entry) => ({ name: entry.name, ...versionIn(entry.name) }))
    .filter(({ around }) => around === own.around)
    .filter(({ version = [] }) => newer(version, own.version) > 0)
    .sort((a, b) => newer(b.version ?? [], a.version ?? []) || (a.name < b.name ? -1 : 1));
  return siblings[0] ? `; newer: ${siblings[0].name}` : '';
}

/** Of `python3.7-slim` that is 3 and 7, and what is around them; undefined where there is no digit behind a letter. */
function versionIn(name: string): { around: string; version: string[] } | undefined {
  const letters = /^[^0-9]+/.exec(name)?.[0];
  if (letters === undefined || letters === name) return undefined;
  let version = '';
  let rest = name.slice(letters.length);
  // A dot belongs to the version where a digit follows.
  while (/^[0-9]/.test(rest) || /^\.[0-9]/.test(rest)) {
    version += rest[0];
    rest = rest.slice(1);
  }
  return { around: `${letters} ${rest}`, version: version.split('.') };
}
