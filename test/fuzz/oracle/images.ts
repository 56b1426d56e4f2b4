import { newer } from './versions.ts';

/** An entry of a valid catalog. */
export interface PlainEntry {
  readonly name: string;
  readonly state: string;
  readonly image: string | undefined;
  readonly aliases: readonly string[];
  readonly variants: readonly { readonly name: string; readonly image: string }[];
  /** Former images: they resolve to the entry, and no name resolves to them. */
  readonly former: readonly string[];
  readonly replacement: string | undefined;
  readonly removal: string | undefined;
  /** The help page. */
  readonly address: string | undefined;
}

/** For each client, and `*` for all others: `image` or names of variants, the first existing one wins. */
export type Precedence = Readonly<Record<string, readonly string[]>>;

/** The image without `:latest`. Undefined with another tag or a digest, which no entry has. */
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

/** The URLs that resolve to the entry. */
const knownUrlsOf = (entry: PlainEntry): string[] => [...urlsOf(entry), ...entry.former];

/** The URL of an entry for a client, if any. */
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

/** The entry of a URL: the one that lists it, or the one on that host whose name or alias is the path. */
export function ownerOf(catalog: readonly PlainEntry[], url: string): PlainEntry | undefined {
  const [host, ...path] = url.split('/');
  const called = entryCalled(catalog, path.join('/'));
  return (
    catalog.find((entry) => knownUrlsOf(entry).includes(url)) ??
    (called && knownUrlsOf(called).some((image) => image.split('/')[0] === host) ? called : undefined)
  );
}

/** The entry of an image, by short name or by URL. */
export function entryBehind(catalog: readonly PlainEntry[], image: string): PlainEntry | undefined {
  const plain = withoutLatest(image);
  return plain === undefined ? undefined : (entryCalled(catalog, plain) ?? ownerOf(catalog, plain));
}

export const isDeprecated = (entry: PlainEntry | undefined): entry is PlainEntry =>
  entry?.state === 'deprecated';

/** `python3.7 is deprecated; use python3.11; removal on 2027-03-01`, or `newer: python3.13` without a replacement. */
export const deprecationOf = (
  { name, replacement, removal }: PlainEntry,
  catalog: readonly PlainEntry[],
): string =>
  `${name} is deprecated` +
  (replacement === undefined ? newerThan(name, catalog) : `; use ${replacement}`) +
  (removal === undefined ? '' : `; removal on ${removal}`);

/** The stable entry with the highest version and otherwise the same name; the alphabetically first of several. */
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

/** 3 and 7 and the text around them for `python3.7-slim`; undefined if no digit follows a letter. */
function versionIn(name: string): { around: string; version: string[] } | undefined {
  const letters = /^[^0-9]+/.exec(name)?.[0];
  if (letters === undefined || letters === name) return undefined;
  let version = '';
  let rest = name.slice(letters.length);
  // A dot belongs to the version if a digit follows.
  while (/^[0-9]/.test(rest) || /^\.[0-9]/.test(rest)) {
    version += rest[0];
    rest = rest.slice(1);
  }
  return { around: `${letters} ${rest}`, version: version.split('.') };
}
