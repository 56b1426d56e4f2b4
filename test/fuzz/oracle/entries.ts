import { type ImageParts, partsOf } from './image-faults.ts';
import type { PlainEntry } from './images.ts';
import { withoutLooseFields } from './loose-fields.ts';
import { asKey, isMerge, isNull } from './scalars.ts';
import { child, pairsOf, type Scalar, type Tree } from './tree.ts';

/** The readable parts of an entry, valid or not. A number that needs quotes counts by its text. */
export interface ReadEntry {
  readonly name: string;
  /** Whether the entry is a mapping, its name is unique, and it has neither a repeated key nor a merge key. */
  readonly readable: boolean;
  readonly state: string | undefined;
  readonly aliases: readonly { readonly text: string; readonly field: string }[];
  /** The top-level image and those of all variants, with their paths below the entry. */
  readonly images: readonly (ImageParts & { readonly text: string; readonly path: string })[];
  /** The former images. */
  readonly former: readonly (ImageParts & { readonly text: string; readonly path: string })[];
  readonly image: string | undefined;
  readonly variants: readonly { readonly name: string; readonly image: string }[];
  /** The fields that webservice reads beside the image of its variant. */
  readonly wstype: string | undefined;
  readonly resources: string | undefined;
  readonly hasDeprecation: boolean;
  readonly replacement: string | undefined;
  readonly removal: string | undefined;
  readonly address: string | undefined;
}

/** In the order of the document. */
export const entriesOf = (written: Tree): ReadEntry[] => entriesIn(withoutLooseFields(written));

/** The entries of a document that has lost its loose fields. */
export function entriesIn(document: Tree): ReadEntry[] {
  return pairsOf(document).map(({ key, value }) => {
    const image = textOf(child(value, 'image'));
    const variants = pairsOf(child(value, 'variants')).flatMap((variant) => {
      const own = textOf(child(variant.value, 'image'));
      return own === undefined ? [] : [{ name: variant.key.text, image: own }];
    });
    const deprecation = child(value, 'deprecation');
    const aliases = child(value, 'aliases');
    const former = child(value, 'former-images');
    const extra = child(child(child(value, 'variants'), 'webservice'), 'extra');
    return {
      name: key.text,
      readable: value.kind === 'mapping' && isWrittenOnce(value) && timesOf(document, key) === 1,
      state: textOf(child(value, 'state')),
      aliases: (aliases?.kind === 'list' ? aliases.items : []).flatMap((item, index) => {
        const text = textOf(item);
        return text === undefined ? [] : [{ text, field: `${key.text}.aliases[${index}]` }];
      }),
      images: [
        ...(image === undefined ? [] : [{ ...partsOf(image), text: image, path: '.image' }]),
        ...variants.map((variant) => ({
          ...partsOf(variant.image),
          text: variant.image,
          path: `.variants.${variant.name}.image`,
        })),
      ],
      former: (former?.kind === 'list' ? former.items : []).flatMap((item, index) => {
        const text = textOf(item);
        return text === undefined ? [] : [{ ...partsOf(text), text, path: `.former-images[${index}]` }];
      }),
      image,
      variants,
      wstype: textOf(child(extra, 'wstype')),
      resources: textOf(child(extra, 'resources')),
      hasDeprecation: deprecation?.kind === 'mapping',
      replacement: textOf(child(deprecation, 'replacement')),
      removal: textOf(child(deprecation, 'removal')),
      address: textOf(child(deprecation, 'url')),
    };
  });
}

/** Entries that an edit leaves alone, then those that it changes, then those that it adds. */
export function oldestFirst(entries: readonly ReadEntry[], before: readonly ReadEntry[]): ReadEntry[] {
  const identity = ({ aliases, images, former }: ReadEntry) =>
    [...aliases, ...images, ...former]
      .map((each) => ('url' in each ? `${each.path} ${each.url}` : `alias ${each.text}`))
      .join('\n');
  const known = (entry: ReadEntry) => before.find(({ name }) => name === entry.name);
  const isSame = (entry: ReadEntry) => {
    const old = known(entry);
    return old !== undefined && identity(old) === identity(entry);
  };
  return [
    ...entries.filter(isSame),
    ...entries.filter((entry) => known(entry) && !isSame(entry)),
    ...entries.filter((entry) => !known(entry)),
  ];
}

const timesOf = (document: Tree, key: Scalar): number =>
  document.kind === 'mapping' ? document.pairs.filter((pair) => asKey(pair.key) === asKey(key)).length : 0;

/** Whether no mapping repeats a key or has a merge key, at any depth. */
function isWrittenOnce(tree: Tree): boolean {
  if (tree.kind === 'scalar') return true;
  if (tree.kind === 'list') return tree.items.every(isWrittenOnce);
  return tree.pairs.every(
    ({ key, value }) => timesOf(tree, key) === 1 && !isMerge(key) && isWrittenOnce(value),
  );
}

const textOf = (tree: Tree | undefined): string | undefined =>
  tree?.kind === 'scalar' && !isNull(tree) ? tree.text : undefined;

/** The entries of a valid document. */
export const plainCatalog = (document: Tree): PlainEntry[] =>
  entriesOf(document).map(({ name, state, image, aliases, variants, former, ...deprecation }) => ({
    name,
    state: state ?? '',
    image,
    aliases: aliases.map((alias) => alias.text),
    variants,
    former: former.map(({ text }) => text),
    replacement: deprecation.replacement,
    removal: deprecation.removal,
    address: deprecation.address,
  }));
