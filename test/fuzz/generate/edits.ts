import type { Random } from '../../support/random.ts';
import { entriesOf } from '../oracle/entries.ts';
import { child, type List, list, type Mapping, mapping, type Pair, type Tree, text } from '../oracle/tree.ts';
import { goodCatalog } from './catalogs.ts';

/** The document with a few changes of the kind that admins make. The one given stays as it is. */
export function edited(document: Mapping, random: Random): Mapping {
  const after = structuredClone(document);
  for (let left = 1 + random.below(4); left > 0 && after.pairs.length > 0; left--)
    random.of(changes)(after, random);
  return after;
}

type Change = (document: Mapping, random: Random) => void;

const anyEntry = (document: Mapping, random: Random): Pair => random.of(document.pairs);

function aliasesOf({ value }: Pair): List {
  const aliases = child(value, 'aliases');
  if (aliases?.kind === 'list') return aliases;
  const none = list([]);
  if (value.kind === 'mapping') value.pairs.push({ key: text('aliases'), value: none });
  return none;
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
];
