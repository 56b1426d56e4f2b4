/**
 * One image of the catalog, as lookups and messages use it: plain values, which pass between threads as JSON. Only a catalog
 * without errors has entries; the rules check `ParsedEntry`s.
 */
export interface Entry {
  /** The canonical name. */
  readonly name: string;
  readonly state: string;
  readonly image?: string;
  readonly aliases: readonly string[];
  /** Variant name and image URL of every variant that has one, in document order. */
  readonly variants: readonly (readonly [name: string, image: string])[];
  /** URLs that the entry had before. They lead to it, and no client gets them. */
  readonly formerImages?: readonly string[];
  readonly deprecation?: Deprecation;
  /** How webservice starts it: `extra` of the variant `webservice`. */
  readonly extra?: WebserviceExtra;
  /** The newest stable entry of the family, for a deprecated entry without a replacement. */
  readonly newer?: string;
  /** The page about all deprecated entries (--deprecation-url), for one without a `deprecation.url`. */
  readonly helpUrl?: string;
}

interface WebserviceExtra {
  readonly wstype: string;
  readonly resources?: string;
}

/** `removal` is YYYY-MM-DD. */
export interface Deprecation {
  readonly replacement?: string;
  readonly removal?: string;
  readonly url?: string;
}

export interface Catalog {
  readonly entries: readonly Entry[];
  /** `sha256:` and 64 hex digits, of the UTF-8 text. Break-glass and metrics use it. */
  readonly digest: string;
}

/** The path of a variant's image URL, relative to the entry. */
export const variantImagePath = (variant: string): string => `variants.${variant}.image`;

/** Every image URL of an entry, with the path of its field relative to the entry. */
export const imagesOf = (entry: Entry): readonly { readonly path: string; readonly image: string }[] => [
  ...(entry.image === undefined ? [] : [{ path: 'image', image: entry.image }]),
  ...entry.variants.map(([name, image]) => ({ path: variantImagePath(name), image })),
];

/** Whether an entry lists this URL (without a tag) as an image or former image. `HOST/ALIAS` is not listed. */
export const listsImage = ({ image, variants, formerImages = [] }: Entry, url: string): boolean =>
  image === url || variants.some(([, own]) => own === url) || formerImages.includes(url);

export const isDeprecated = (entry: Pick<Entry, 'state'>): boolean => entry.state === 'deprecated';

/** Whether a text is an existing day as YYYY-MM-DD. Such texts sort in the order of their days. */
export function isCalendarDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/** Whether `day` is before `today`; both are YYYY-MM-DD. */
export const hasPassed = (day: string, today: string): boolean => day < today;

/** Whether an entry is deprecated and its removal date has passed. */
export const isPastRemoval = (entry: Entry, today: string): boolean =>
  isDeprecated(entry) &&
  entry.deprecation?.removal !== undefined &&
  hasPassed(entry.deprecation.removal, today);

/** The page about the deprecation of an entry, if there is one. */
export const deprecationUrl = ({ deprecation, helpUrl }: Entry): string | undefined =>
  deprecation?.url ?? helpUrl;

/**
 * The one sentence about a deprecated entry, for warnings, denials, Events and annotations; undefined for other entries.
 * Annotations pass no `today`, so that their text never changes with time.
 */
export function deprecationFact(entry: Entry, today?: string): string | undefined {
  if (!isDeprecated(entry)) return undefined;
  const { replacement, removal } = entry.deprecation ?? {};
  let fact = `${entry.name} is deprecated`;
  if (replacement !== undefined) fact += `; use ${replacement}`;
  else if (entry.newer !== undefined) fact += `; newer: ${entry.newer}`;
  if (removal !== undefined) {
    const passed = today !== undefined && isPastRemoval(entry, today);
    fact += passed ? `; its removal date ${removal} has passed` : `; removal on ${removal}`;
  }
  return fact;
}
