import { type Entry, variantImagePath } from './entry.ts';
import { splitLatest, splitReference } from './image-reference.ts';
import type { Span } from './positions.ts';
import {
  childOf,
  isWrittenOut,
  keyIdentity,
  type MappingNode,
  type Pair,
  pairOf,
  pairsOf,
  type YamlNode,
} from './yaml/node.ts';
import { readYaml11 } from './yaml/scalars.ts';

/** A text and its place in the document. */
export interface Located {
  readonly text: string;
  readonly at: Span;
}

/** The readable parts of an entry, with positions. The document may have faults. */
export interface ParsedEntry {
  readonly name: Located;
  /** False if its contents are unknown: it is not a mapping, it repeats a key, or it refers to an anchor. */
  readonly readable: boolean;
  readonly state?: Located;
  readonly image?: Located;
  readonly aliases: readonly ParsedItem[];
  readonly variants: readonly ParsedVariant[];
  /** URLs that the entry had before. */
  readonly formerImages: readonly ParsedItem[];
  readonly deprecation?: ParsedDeprecation;
}

/** An item of a list. */
export interface ParsedItem extends Located {
  /** Its path from the root of the catalog. The index counts all items, including those that are no text. */
  readonly field: string;
}

export interface ParsedVariant {
  readonly name: Located;
  readonly image?: Located;
  /** `extra.wstype`, which only webservice reads. */
  readonly wstype?: Located;
  readonly resources?: Located;
}

interface ParsedDeprecation {
  readonly at: Span;
  readonly replacement?: Located;
  readonly removal?: Located;
  readonly url?: Located;
}

export interface ParsedImage {
  /** Its path from the root of the catalog. */
  readonly field: string;
  /** The image as written. */
  readonly image: Located;
  /** The image without its tag and digest, which are faults of their own. Rules compare this, so that all faults show at once. */
  readonly url: string;
}

/** All image URLs of a parsed entry that clients may get. */
export function parsedImages({ name: { text: name }, image, variants }: ParsedEntry): readonly ParsedImage[] {
  const images = image ? [parsedImage(`${name}.image`, image)] : [];
  for (const { name: variant, image: own } of variants) {
    if (own) images.push(parsedImage(`${name}.${variantImagePath(variant.text)}`, own));
  }
  return images;
}

/** The URLs that a parsed entry had before. */
export const parsedFormerImages = ({ formerImages }: ParsedEntry): readonly ParsedImage[] =>
  formerImages.map((item) => parsedImage(item.field, item));

/** All image URLs of a parsed entry, now and before. */
export const parsedImagesEver = (entry: ParsedEntry): readonly ParsedImage[] => [
  ...parsedImages(entry),
  ...parsedFormerImages(entry),
];

/** The URL that is pulled: `:latest` means the same as no tag. */
export function pulledUrl(image: string): string {
  const { name, latest } = splitLatest(image);
  return latest ? name : image;
}

const parsedImage = (field: string, image: Located): ParsedImage => ({
  field,
  image,
  url: splitReference(image.text).name,
});

/** Reads the parts of a document that have the right shape, and skips the rest, which `shapeProblems` reports. */
export function parsedEntries(root: MappingNode): ParsedEntry[] {
  const names = new Map<string, number>();
  for (const { key } of root.pairs) {
    const identity = keyIdentity(key);
    names.set(identity, (names.get(identity) ?? 0) + 1);
  }
  return pairsOf(root).map((pair) => parsedEntry(pair, names.get(keyIdentity(pair.key)) === 1));
}

function parsedEntry({ key, value }: Pair, isOnly: boolean): ParsedEntry {
  const deprecation = childOf(value, 'deprecation');
  return {
    name: { text: key.text, at: key.at },
    readable: isOnly && value.kind === 'mapping' && isWrittenOut(value),
    ...optional('state', textOf(childOf(value, 'state'))),
    ...optional('image', textOf(childOf(value, 'image'))),
    aliases: textsOf(childOf(value, 'aliases'), `${key.text}.aliases`),
    variants: pairsOf(childOf(value, 'variants')).map(variantOf),
    formerImages: textsOf(childOf(value, 'former-images'), `${key.text}.former-images`),
    ...(deprecation?.kind === 'mapping' && {
      deprecation: {
        at: pairOf(value, 'deprecation')?.key.at ?? deprecation.at,
        ...optional('replacement', textOf(childOf(deprecation, 'replacement'))),
        ...optional('removal', textOf(childOf(deprecation, 'removal'))),
        ...optional('url', textOf(childOf(deprecation, 'url'))),
      },
    }),
  };
}

function variantOf({ key, value }: Pair): ParsedVariant {
  const extra = childOf(value, 'extra');
  return {
    name: { text: key.text, at: key.at },
    ...optional('image', textOf(childOf(value, 'image'))),
    ...optional('wstype', textOf(childOf(extra, 'wstype'))),
    ...optional('resources', textOf(childOf(extra, 'resources'))),
  };
}

const textsOf = (list: YamlNode | undefined, field: string): ParsedItem[] =>
  (list?.kind === 'sequence' ? list.items : []).flatMap((item, index) => {
    const text = textOf(item);
    return text ? { ...text, field: `${field}[${index}]` } : [];
  });

/** The text of a scalar other than null. A number or date without quotes counts as its text, so that all faults show at once. */
const textOf = (node: YamlNode | undefined): Located | undefined =>
  node?.kind === 'scalar' && !(node.plain && readYaml11(node.text).type === 'null')
    ? { text: node.text, at: node.at }
    : undefined;

const optional = <Key extends string>(
  key: Key,
  value: Located | undefined,
): { readonly [K in Key]?: Located } =>
  value === undefined ? {} : ({ [key]: value } as { readonly [K in Key]: Located });

/** An entry as plain values. */
export const entryFrom = ({
  name,
  state,
  image,
  aliases,
  variants,
  formerImages,
  deprecation,
}: ParsedEntry): Entry => ({
  name: name.text,
  state: state?.text ?? '',
  ...(image && { image: image.text }),
  // An alias that repeats another, or the name, is only a warning, and redundant here.
  aliases: [...new Set(aliases.map(({ text }) => text))].filter((alias) => alias !== name.text),
  variants: variants.flatMap(({ name: variant, image: own }) =>
    own ? [[variant.text, own.text] as const] : [],
  ),
  ...(formerImages.length > 0 && { formerImages: formerImages.map(({ text }) => text) }),
  ...(deprecation && {
    deprecation: {
      ...(deprecation.replacement && { replacement: deprecation.replacement.text }),
      ...(deprecation.removal && { removal: deprecation.removal.text }),
      ...(deprecation.url && { url: deprecation.url.text }),
    },
  }),
  ...extraOf(variants),
});

/** The `extra` of the first variant `webservice`. A valid catalog has at most one. */
function extraOf(variants: readonly ParsedVariant[]): Pick<Entry, 'extra'> {
  const { wstype, resources } = variants.find(({ name }) => name.text === 'webservice') ?? {};
  return wstype ? { extra: { wstype: wstype.text, ...(resources && { resources: resources.text }) } } : {};
}
