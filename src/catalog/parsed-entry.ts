import { type Entry, variantImagePath } from './entry.ts';
import { splitLatest, splitReference } from './image-reference.ts';
import type { Span } from './positions.ts';
import { childOf, type MappingNode, type Pair, pairOf, pairsOf, type YamlNode } from './yaml/node.ts';
import { readYaml11 } from './yaml/scalars.ts';

/** A piece of text and where it stands. */
export interface Located {
  readonly text: string;
  readonly at: Span;
}

/** One entry of a document that may be faulty: what could be read of it, with positions. */
export interface ParsedEntry {
  readonly name: Located;
  /** False where the entry is no mapping: what it has is not known then. */
  readonly readable: boolean;
  readonly state?: Located;
  readonly image?: Located;
  readonly aliases: readonly ParsedItem[];
  readonly variants: readonly ParsedVariant[];
  /** URLs that the entry once had. */
  readonly formerImages: readonly ParsedItem[];
  readonly deprecation?: ParsedDeprecation;
}

/** An item of a list. */
export interface ParsedItem extends Located {
  /** Its path from the root of the catalog, counting the items before it that are no text, too. */
  readonly field: string;
}

export interface ParsedVariant {
  readonly name: Located;
  readonly image?: Located;
  /** Of `extra`, which only webservice reads. */
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
  /** As it is written. */
  readonly image: Located;
  /** Without the tag or digest that it should not have: what it is compared by, so that all its faults show at once. */
  readonly url: string;
}

/** Every image URL of a parsed entry that a client may get. */
export function parsedImages({ name: { text: name }, image, variants }: ParsedEntry): readonly ParsedImage[] {
  const images = image ? [parsedImage(`${name}.image`, image)] : [];
  for (const { name: variant, image: own } of variants) {
    if (own) images.push(parsedImage(`${name}.${variantImagePath(variant.text)}`, own));
  }
  return images;
}

/** The URLs that a parsed entry once had. */
export const parsedFormerImages = ({ formerImages }: ParsedEntry): readonly ParsedImage[] =>
  formerImages.map((item) => parsedImage(item.field, item));

/** What is pulled: `:latest` is the same as no tag. */
export function pulledUrl(image: string): string {
  const { name, latest } = splitLatest(image);
  return latest ? name : image;
}

const parsedImage = (field: string, image: Located): ParsedImage => ({
  field,
  image,
  url: splitReference(image.text).name,
});

/** Takes from a document what has the right shape, and leaves out the rest: the schema has said why. */
export const parsedEntries = (root: MappingNode): ParsedEntry[] => pairsOf(root).map(parsedEntry);

function parsedEntry({ key, value }: Pair): ParsedEntry {
  const deprecation = childOf(value, 'deprecation');
  return {
    name: { text: key.text, at: key.at },
    readable: value.kind === 'mapping',
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

/** A number or date that should have been quoted counts by its text, so that its other faults show at once, too. */
const textOf = (node: YamlNode | undefined): Located | undefined =>
  node?.kind === 'scalar' && !(node.plain && readYaml11(node.text).type === 'null')
    ? { text: node.text, at: node.at }
    : undefined;

const optional = <Key extends string>(
  key: Key,
  value: Located | undefined,
): { readonly [K in Key]?: Located } =>
  value === undefined ? {} : ({ [key]: value } as { readonly [K in Key]: Located });

/** An entry as plain values, once its catalog is accepted. */
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
  // An alias that repeats another, or the name, is only a warning; it need not be looked up twice.
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
});
