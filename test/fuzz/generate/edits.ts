import type { Random } from '../../support/random.ts';
import { entriesOf } from '../oracle/entries.ts';
import {
  child,
  copyOf,
  type List,
  list,
  type Mapping,
  mapping,
  type Pair,
  pairOf,
  type Tree,
  text,
} from '../oracle/tree.ts';
import { goodCatalog, HOSTS } from './catalogs.ts';

/** A copy of the document with a few edits that admins might make. */
export function edited(document: Mapping, random: Random): Mapping {
  const after = copyOf(document);
  for (let left = 1 + random.below(4); left > 0 && after.pairs.length > 0; left--)
    random.of(changes)(after, random);
  return after;
}

type Change = (document: Mapping, random: Random) => void;

const anyEntry = (document: Mapping, random: Random): Pair => random.of(document.pairs);

const aliasesOf = (entry: Pair): List => listOf(entry, 'aliases');

function listOf({ value }: Pair, field: 'aliases' | 'former-images'): List {
  const items = child(value, field);
  if (items?.kind === 'list') return items;
  const none = list([]);
  if (value.kind === 'mapping') value.pairs.push({ key: text(field), value: none });
  return none;
}

/** One entry, or all of them. */
const someEntries = (document: Mapping, random: Random): readonly Pair[] =>
  random.chance(2) ? [anyEntry(document, random)] : document.pairs;

function drop(tree: Tree | undefined, key: string): void {
  if (tree?.kind === 'mapping')
    tree.pairs.splice(0, tree.pairs.length, ...tree.pairs.filter((pair) => pair.key.text !== key));
}

function set(tree: Tree | undefined, key: string, value: Tree): void {
  const pair = pairOf(tree, key);
  if (pair) pair.value = value;
  else if (tree?.kind === 'mapping') tree.pairs.push({ key: text(key), value });
}

const variantOf = ({ value }: Pair, name: string): Tree | undefined => child(child(value, 'variants'), name);

const urlsOf = ({ value }: Pair): string[] =>
  imagePairs(value).flatMap((image) => (image.value.kind === 'scalar' ? [image.value.text] : []));

/** Changes every image of the entry in the same way. The old ones may become former images. */
function replaceUrls(entry: Pair, change: (url: string) => string, keep: boolean): void {
  const former = new Set(urlsOf(entry));
  for (const image of imagePairs(entry.value))
    if (image.value.kind === 'scalar') image.value = text(change(image.value.text));
  if (keep) listOf(entry, 'former-images').items.push(...[...former].map(text));
}

/** Removes the entry, and gives its names to another. */
function mergeInto(document: Mapping, entry: Pair, other: Pair, random: Random): void {
  document.pairs.splice(document.pairs.indexOf(entry), 1);
  aliasesOf(other).items.push(entry.key);
  if (!random.chance(3)) aliasesOf(other).items.push(...aliasesOf(entry).items);
  if (random.chance(2)) listOf(other, 'former-images').items.push(...new Set(urlsOf(entry).map(text)));
}

const imagePairs = (tree: Tree): Pair[] =>
  tree.kind === 'mapping'
    ? tree.pairs.flatMap((pair) => (pair.key.text === 'image' ? [pair] : imagePairs(pair.value)))
    : [];

const changes: readonly Change[] = [
  function remove(document, random) {
    document.pairs.splice(random.below(document.pairs.length), 1);
  },
  function rename(document, random) {
    const entry = anyEntry(document, random);
    if (random.chance(2)) aliasesOf(entry).items.push(entry.key);
    entry.key = text(`${entry.key.text}-new`);
  },
  function add(document, random) {
    const [entry] = goodCatalog(random, 1).pairs;
    if (entry) document.pairs.push({ key: text(`${entry.key.text}-added`), value: entry.value });
  },
  function replaceByOther(document, random) {
    const entry = anyEntry(document, random);
    document.pairs.splice(document.pairs.indexOf(entry), 1);
    const [heir] = goodCatalog(random, 1).pairs;
    if (!heir) return;
    document.pairs.push({
      key: text(`${heir.key.text}-heir`),
      value: random.chance(2) ? entry.value : heir.value,
    });
    if (random.chance(2)) aliasesOf(heir).items.push(entry.key);
  },
  function removeAlias(document, random) {
    const { items } = aliasesOf(anyEntry(document, random));
    items.splice(random.below(items.length), 1);
  },
  function moveAlias(document, random) {
    const { items } = aliasesOf(anyEntry(document, random));
    const [alias] = items.splice(random.below(items.length), 1);
    if (alias) aliasesOf(anyEntry(document, random)).items.push(alias);
  },
  function swapAliases(document, random) {
    const [one, other] = [anyEntry(document, random), anyEntry(document, random)];
    const [mine, theirs] = [aliasesOf(one), aliasesOf(other)];
    const items = mine.items.splice(0);
    mine.items.push(...theirs.items.splice(0));
    theirs.items.push(...items);
  },
  function nameAfterAlias(document, random) {
    const entry = anyEntry(document, random);
    const aliases = aliasesOf(anyEntry(document, random)).items;
    const alias = aliases[random.below(aliases.length)];
    if (alias?.kind === 'scalar') entry.key = alias;
  },
  function changeImage(document, random) {
    const images = imagePairs(document);
    const image = images[random.below(images.length)];
    if (image?.value.kind !== 'scalar') return;
    const old = image.value.text;
    image.value = text(random.of([`${old}-2`, `${old}:latest`, old.replace(/^[^/]*/, 'registry.example')]));
  },
  function removeImage(document, random) {
    const { value } = anyEntry(document, random);
    const variants = child(value, 'variants');
    const from = random.chance(2) ? value : variants;
    if (from?.kind !== 'mapping') return;
    const kept = from.pairs.filter(
      ({ key }) => !(from === value ? ['image'] : ['webservice', 'jobs-framework']).includes(key.text),
    );
    from.pairs.splice(0, from.pairs.length, ...kept);
  },
  function addImage(document, random) {
    const { value } = anyEntry(document, random);
    const other = random.of(entriesOf(document)).image ?? 'registry.example/added';
    if (value.kind === 'mapping' && !child(value, 'image'))
      value.pairs.push({
        key: text('image'),
        value: text(random.chance(2) ? other : 'registry.example/added'),
      });
  },
  function deprecate(document, random) {
    const { value } = anyEntry(document, random);
    for (const pair of value.kind === 'mapping' ? value.pairs : [])
      if (pair.key.text === 'state') pair.value = text('deprecated');
  },
  function spoil(document, random) {
    anyEntry(document, random).value = random.of([text('x'), list([]), mapping({})]);
  },
  function reorder(document) {
    document.pairs.reverse();
  },
  function dropVariant(document, random) {
    const name = random.of(['webservice', 'jobs-framework']);
    for (const { value } of someEntries(document, random)) drop(child(value, 'variants'), name);
  },
  function dropImage(document, random) {
    for (const { value } of someEntries(document, random)) drop(value, 'image');
  },
  function addImages(document, random) {
    for (const entry of someEntries(document, random)) migrate(entry, random);
  },
  function migrateInOneStep(document, random) {
    for (const entry of document.pairs) {
      migrate(entry, random);
      drop(child(entry.value, 'variants'), 'jobs-framework');
    }
  },
  function renameWhatWebserviceNeverHad(document, random) {
    const entry = document.pairs.find((each) => !variantOf(each, 'webservice'));
    if (!entry) return;
    aliasesOf(entry).items.push(entry.key);
    entry.key = text(`${entry.key.text}-${random.below(2)}`);
  },
  function merge(document, random) {
    const [entry, other] = [anyEntry(document, random), anyEntry(document, random)];
    if (entry !== other) mergeInto(document, entry, other, random);
  },
  function twoIntoOne(document, random) {
    const [entry, other] = [anyEntry(document, random), anyEntry(document, random)];
    if (entry === other) return;
    const both: Pair = { key: text(`${other.key.text}-both`), value: copyOf(other.value) };
    document.pairs.push(both);
    mergeInto(document, entry, both, random);
    mergeInto(document, other, both, random);
  },
  function replaceHost(document, random) {
    const [from, to] = [random.of(HOSTS), random.of(HOSTS)];
    const keep = random.chance(3);
    for (const entry of someEntries(document, random))
      replaceUrls(
        entry,
        (url) => (url.startsWith(`${from}/`) ? `${to}${url.slice(from.length)}` : url),
        keep,
      );
  },
  function replacePrefix(document, random) {
    const [from, to] = random.of([
      ['/tf-', '/toolforge-'],
      ['/', '/pre-built/'],
      ['/pre-built/', '/'],
    ] as const);
    const keep = random.chance(3);
    for (const entry of someEntries(document, random))
      replaceUrls(entry, (url) => url.replace(from, to), keep);
  },
  function changeType(document, random) {
    for (const entry of someEntries(document, random)) {
      const extra = child(variantOf(entry, 'webservice'), 'extra');
      const resources = random.of(['default', 'jdk', undefined]);
      if (random.chance(2)) set(extra, 'wstype', text(random.of(['generic', 'js', 'lighttpd'])));
      else if (resources === undefined) drop(extra, 'resources');
      else set(extra, 'resources', text(resources));
    }
  },
  function addFormerImage(document, random) {
    const urls = [...urlsOf(anyEntry(document, random)), 'registry.example/once'];
    listOf(anyEntry(document, random), 'former-images').items.push(text(random.of(urls)));
  },
  function removeFormerImages(document, random) {
    for (const { value } of someEntries(document, random)) drop(value, 'former-images');
  },
  function swapUrls(document, random) {
    const [one, other] = [anyEntry(document, random), anyEntry(document, random)].map(({ value }) =>
      random.of([...imagePairs(value), undefined]),
    );
    if (one && other) [one.value, other.value] = [other.value, one.value];
  },
];

/** The migration from 2025 to 2026: the entry gets an `image`, usually one of its own. */
function migrate(entry: Pair, random: Random): void {
  if (child(entry.value, 'image')) return;
  const [url] = urlsOf(entry).slice(random.chance(2) ? -1 : 0);
  if (url !== undefined) set(entry.value, 'image', text(random.chance(4) ? `${url}-2026` : url));
}
