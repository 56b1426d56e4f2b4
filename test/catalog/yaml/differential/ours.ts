import { isDeepStrictEqual } from 'node:util';
import { readDocument } from '../../../../src/catalog/document.ts';
import type { Catalog, Entry } from '../../../../src/catalog/entry.ts';
import { loadCatalog } from '../../../../src/catalog/load.ts';
import type { YamlNode } from '../../../../src/catalog/yaml/node.ts';
import { type Reading, readAlike } from '../../../../src/catalog/yaml/scalars.ts';
import { defaultPolicy } from '../../../../src/settings.ts';
import type { Typed } from './consumers.ts';

/** Our value of a text, as reader.py writes it; undefined if we reject it because readers may disagree. */
export function weRead(text: string): Typed | undefined {
  const { root, problems } = readDocument(text, defaultPolicy);
  // An empty catalog is rejected for its contents, not for its syntax.
  return root && problems.every(({ code }) => code === 'empty-catalog') ? typed(root) : undefined;
}

/** The codes of the problems of a text, each once. */
export const codesOf = (text: string): string[] => [
  ...new Set(readDocument(text, defaultPolicy).problems.map(({ code }) => code)),
];

/** Our entries of a text; undefined if we reject it for any reason. */
export const weLoad = (text: string): Catalog | undefined =>
  loadCatalog(text, defaultPolicy, '2026-11-22').catalog;

/** Whether a consumer finds the same entries. Throws if a consumer would fail. */
export const sameEntries = ({ entries }: Catalog, document: Typed): boolean =>
  isDeepStrictEqual(entries.map(namedByStrings), entriesOf(document).map(namedByStrings));

/** An unknown variant may have a number as its name. It is no string to the consumers, which never read it. */
const namedByStrings = (entry: Entry): Entry => ({
  ...entry,
  variants: entry.variants.filter(([variant]) => readAlike(variant)?.type === 'string'),
});

/** The entries that a consumer finds in its value of a text. Throws if a consumer would fail. */
const entriesOf = (document: Typed): Entry[] =>
  pairs(document).map(([name, entry]) => {
    const deprecation = field(entry, 'deprecation');
    const variants = field(entry, 'variants');
    const webservice = variants && field(variants, 'webservice');
    const extra = webservice && field(webservice, 'extra');
    return {
      name: string(name),
      state: string(field(entry, 'state')),
      ...optional('image', entry),
      aliases: [...new Set(list(field(entry, 'aliases')).map(string))].filter(
        (alias) => alias !== string(name),
      ),
      variants: pairs(variants).flatMap(([variant, value]) => {
        const image = field(value, 'image');
        if (image === undefined) return [];
        return [[variant && 'str' in variant ? variant.str : '', string(image)] as const];
      }),
      ...(deprecation !== undefined && {
        deprecation: {
          ...optional('replacement', deprecation),
          ...optional('removal', deprecation),
          ...optional('url', deprecation),
        },
      }),
      ...(extra && { extra: { wstype: string(field(extra, 'wstype')), ...optional('resources', extra) } }),
    };
  });

function optional<Key extends string>(key: Key, mapping: Typed): { readonly [K in Key]?: string } {
  const value = field(mapping, key);
  return value === undefined ? {} : ({ [key]: string(value) } as { readonly [K in Key]: string });
}

const field = (value: Typed, key: string): Typed | undefined =>
  pairs(value).find(([name]) => name !== null && 'str' in name && name.str === key)?.[1];

function pairs(value: Typed | undefined): readonly (readonly [Typed, Typed])[] {
  if (value && 'map' in value) return value.map;
  throw new Error(`expected a mapping, found ${JSON.stringify(value)}`);
}

function list(value: Typed | undefined): readonly Typed[] {
  if (value === undefined) return [];
  if (value && 'list' in value) return value.list;
  throw new Error(`expected a list, found ${JSON.stringify(value)}`);
}

function string(value: Typed | undefined): string {
  if (value && 'str' in value) return value.str;
  throw new Error(`expected a string, found ${JSON.stringify(value)}`);
}

function typed(node: YamlNode): Typed {
  switch (node.kind) {
    case 'scalar': {
      if (!node.plain) return { str: node.text };
      const reading = readAlike(node.text);
      return reading ? typedReading(reading) : { other: 'ambiguous' };
    }
    case 'sequence':
      return { list: node.items.map(typed) };
    case 'mapping':
      return { map: node.pairs.map(({ key, value }) => [typed(key), typed(value)]) };
    case 'opaque':
      return { other: node.kind };
    default:
      return node satisfies never;
  }
}

export function typedReading({ type, value }: Reading): Typed {
  switch (type) {
    case 'string':
      return { str: String(value) };
    case 'boolean':
      return { bool: value === true };
    case 'integer':
      return { int: String(value) };
    case 'float':
      return { float: bytesOf(Number(value)) };
    case 'null':
      return null;
    case 'date':
    case 'merge key':
    case 'default value':
      return { other: type };
    default:
      return type satisfies never;
  }
}

function bytesOf(value: number): string {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return bytes.toString('hex');
}
