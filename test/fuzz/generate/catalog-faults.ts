import type { Random } from '../../support/random.ts';
import { entriesOf } from '../oracle/entries.ts';
import { partsOf } from '../oracle/image-faults.ts';
import { bareScalars } from '../oracle/scalars.ts';
import {
  bare,
  child,
  list,
  type Mapping,
  mapping,
  type Pair,
  pairOf,
  type Tree,
  text,
} from '../oracle/tree.ts';
import { misspelt } from './words.ts';

/** The document with up to four random faults. Changes its argument. */
export function withFaults(document: Mapping, random: Random): Tree {
  for (let left = 1 + (random.chance(3) ? random.below(4) : 0); left > 0; left--) {
    if (document.pairs.length === 0) break;
    random.of(faults)(document, random);
  }
  return random.chance(60) ? random.of(wholes)(document) : document;
}

type Fault = (document: Mapping, random: Random) => void;

const wholes: readonly ((document: Mapping) => Tree)[] = [
  () => mapping({}),
  () => list([text('python3.11')]),
  () => text('python3.11'),
  () => bare(''),
  () => bare('3.9'),
  (document) => list([document]),
  (document) => mapping({ 'images-v1.yaml': document }),
];

const anyEntry = (document: Mapping, random: Random): Pair => random.of(document.pairs);

/** Every key with its value, at any depth. */
function allPairs(tree: Tree): { readonly owner: Mapping; readonly pair: Pair }[] {
  if (tree.kind === 'scalar') return [];
  if (tree.kind === 'list') return tree.items.flatMap(allPairs);
  return tree.pairs.flatMap((pair) => [{ owner: tree, pair }, ...allPairs(pair.value)]);
}

const shortNamesOf = (document: Mapping): string[] =>
  entriesOf(document).flatMap(({ name, aliases }) => [name, ...aliases.map((alias) => alias.text)]);

const imagesOf = (document: Mapping): string[] =>
  entriesOf(document).flatMap(({ images }) => images.map((image) => image.text));

function set(tree: Tree, key: string, value: Tree): void {
  if (tree.kind !== 'mapping') return;
  const pair = pairOf(tree, key);
  if (pair) pair.value = value;
  else tree.pairs.push({ key: text(key), value });
}

function addAlias(entry: Tree, alias: Tree): void {
  const aliases = child(entry, 'aliases');
  if (aliases?.kind === 'list') aliases.items.push(alias);
  else set(entry, 'aliases', list([alias]));
}

/** A random image of an entry; its top-level image if it has none. */
function setImage(entry: Tree, image: Tree, random: Random): void {
  const images = allPairs(entry).filter(({ pair }) => pair.key.text === 'image');
  if (images.length === 0 || random.chance(4)) set(entry, 'image', image);
  else random.of(images).pair.value = image;
}

function setInDeprecation(entry: Tree, key: string, value: Tree, random: Random): void {
  if (child(entry, 'deprecation')?.kind !== 'mapping') set(entry, 'deprecation', mapping({}));
  const deprecation = child(entry, 'deprecation');
  if (deprecation) set(deprecation, key, value);
  if (random.chance(2)) set(entry, 'state', text('deprecated'));
}

function oddTree(random: Random): Tree {
  switch (random.below(6)) {
    case 0:
      return list([]);
    case 1:
      return mapping({});
    case 2:
      return list([oddScalar(random), mapping({ image: oddScalar(random) })]);
    case 3:
      return mapping({
        image: text('registry.example/odd'),
        [random.of(['state', 'extra', 'x'])]: oddScalar(random),
      });
    default:
      return oddScalar(random);
  }
}

const oddScalar = (random: Random): Tree =>
  random.chance(2) ? bare(random.of(bareScalars)) : text(random.of(ODD_TEXTS));

const ODD_TEXTS = [
  '',
  ' ',
  'Deprecated',
  'default',
  'stable ',
  'jdk',
  'nodejs',
  'null',
  '3.9',
  'on',
  'é',
  '中文',
  'a: b',
  "it's",
  '# no comment',
  '{x}',
  '__proto__',
  'x'.repeat(300),
];

const ODD_NAMES = [
  '',
  'buildservice',
  '__proto__',
  'a b',
  '-a',
  'a-',
  'a:b',
  'a@b',
  'a/b',
  '.',
  'é',
  'x'.repeat(63),
  'x'.repeat(64),
  'x'.repeat(400),
  'toString',
  'latest',
];

const ODD_IMAGES = [
  '',
  'registry.example',
  'registry.example/',
  'registry.example//x',
  'registry.example/x/',
  '/x',
  'registry/x',
  'localhost:5000/x',
  'Registry.example/x',
  'registry.example/X',
  'registry.example/x__y',
  'registry.example/x___y',
  'registry.example/x--y',
  'registry.example/x-_y',
  'registry.example/.x',
  'registry.example/x y',
  'registry.example:5000/x',
  'registry.example:500000/x',
  'registry.example:/x',
  'registry..example/x',
  '-registry.example/x',
  'registry-.example/x',
  '.example/x',
  'https://registry.example/x',
  'https://registry.example/x:1@sha256:0',
  'docker://x',
  'registry.example/tool-x/y',
  'registry.example/tool-x',
  'registry.example/toolforge/x',
  'registry.example/x:latest',
  'registry.example/x:',
  'registry.example/x:1:2',
  'registry.example/x@sha256:0',
  'registry.example/x:1@sha256:0',
  '@',
  'registry.example/é',
  `registry.example/${'x'.repeat(238)}`,
  `registry.example/${'x'.repeat(239)}`,
];

const ODD_DAYS = [
  '2027-02-29',
  '2024-02-29',
  '1900-02-29',
  '2027-13-01',
  '2027-1-1',
  '2027-04-31',
  'soon',
  '2026-11-21',
  '2000-02-29',
];

const faults: readonly Fault[] = [
  // A field of the entries, of any kind
  (document, random) => {
    set(anyEntry(document, random).value, 'state', oddScalar(random));
  },
  (document, random) => {
    set(anyEntry(document, random).value, 'state', text('beta'));
  },
  (document, random) => {
    const { pair } = random.of(allPairs(document));
    pair.value = oddTree(random);
  },
  (document, random) => {
    const { owner, pair } = random.of(allPairs(document));
    owner.pairs.splice(owner.pairs.indexOf(pair), 1);
  },
  (document, random) => {
    const { pair } = random.of(allPairs(document));
    pair.key = text(misspelt(pair.key.text, random));
  },
  (document, random) => {
    const { pair } = random.of(allPairs(document));
    pair.key = bare(random.chance(4) ? '<<' : random.of(bareScalars.filter((scalar) => scalar !== '')));
  },
  (document, random) => {
    const { owner } = random.of(allPairs(document));
    const key = random.of([
      'weight',
      'alias',
      'status',
      'images',
      'replaced-by',
      'é',
      '__proto__',
      'constructor',
    ]);
    owner.pairs.push({ key: text(key), value: oddTree(random) });
  },
  (document, random) => {
    const { owner, pair } = random.of(allPairs(document));
    owner.pairs.push(structuredClone(random.chance(2) ? pair : { key: pair.key, value: oddTree(random) }));
  },
  (document, random) => {
    const variants = child(anyEntry(document, random).value, 'variants');
    if (variants)
      set(variants, random.of(['webservice', 'jobs-framework', 'web-service', 'builder']), oddTree(random));
  },
  (document, random) => {
    // A field one level too high, or too deep; its mapping may lose all of them.
    const inner = allPairs(document).filter(({ pair }) => pair.value.kind === 'mapping');
    if (inner.length === 0) return;
    const { owner, pair } = random.of(inner);
    const { value } = pair;
    if (value.kind !== 'mapping') return;
    if (random.chance(3)) {
      const at = random.below(owner.pairs.length);
      const moved = owner.pairs[at];
      if (moved && moved !== pair) value.pairs.push(...owner.pairs.splice(at, 1));
      return;
    }
    const many = random.chance(2) ? value.pairs.length : 1;
    const moved = value.pairs.splice(random.below(value.pairs.length), many);
    const at = random.chance(4) ? random.below(owner.pairs.length) : owner.pairs.indexOf(pair) + 1;
    owner.pairs.splice(at, 0, ...moved);
    if (value.pairs.length > 0 || random.chance(3)) return;
    if (random.chance(2)) owner.pairs.splice(owner.pairs.indexOf(pair), 1);
    else pair.value = bare(random.of(['', '~']));
  },
  (document, random) => {
    // A lost name
    const index = random.below(document.pairs.length);
    const [before, lost] = [document.pairs[index]?.value, document.pairs[index + 1]?.value];
    if (before?.kind !== 'mapping' || lost?.kind !== 'mapping') return;
    before.pairs.push(...lost.pairs);
    document.pairs.splice(index + 1, 1);
  },
  // Names and aliases
  (document, random) => {
    anyEntry(document, random).key = text(random.of(ODD_NAMES));
  },
  (document, random) => {
    addAlias(anyEntry(document, random).value, text(random.of(ODD_NAMES)));
  },
  (document, random) => {
    addAlias(anyEntry(document, random).value, oddTree(random));
  },
  (document, random) => {
    addAlias(anyEntry(document, random).value, text(random.of(shortNamesOf(document))));
  },
  (document, random) => {
    const { key, value } = anyEntry(document, random);
    addAlias(value, text(key.text));
  },
  (document, random) => {
    const name = random.of(shortNamesOf(document));
    addAlias(
      anyEntry(document, random).value,
      text(random.chance(2) ? name.toUpperCase() : name.toLowerCase()),
    );
  },
  (document, random) => {
    const images = imagesOf(document);
    if (images.length === 0) return;
    const repository = text(partsOf(random.of(images)).repository);
    const pair = anyEntry(document, random);
    if (random.chance(3)) pair.key = repository;
    else addAlias(pair.value, repository);
  },
  // Images
  (document, random) => {
    setImage(anyEntry(document, random).value, text(random.of(ODD_IMAGES)), random);
  },
  (document, random) => {
    const images = imagesOf(document);
    if (images.length === 0) return;
    const image = random.of(images);
    const changed = random.of([
      image,
      image,
      `${image}:latest`,
      `other.example/${partsOf(image).repository}`,
    ]);
    setImage(anyEntry(document, random).value, text(changed), random);
  },
  (document, random) => {
    const images = imagesOf(document);
    if (images.length === 0) return;
    const { host, repository } = partsOf(random.of(images));
    setImage(anyEntry(document, random).value, text(`${misspelt(host, random)}/${repository}`), random);
  },
  (document, random) => {
    const { value } = anyEntry(document, random);
    set(value, 'variants', mapping({}));
    if (value.kind === 'mapping' && random.chance(2))
      value.pairs.splice(0, value.pairs.length, ...value.pairs.filter(({ key }) => key.text !== 'image'));
  },
  // Deprecation
  (document, random) => {
    setInDeprecation(
      anyEntry(document, random).value,
      'replacement',
      text(random.of(shortNamesOf(document))),
      random,
    );
  },
  (document, random) => {
    const name = misspelt(random.of(shortNamesOf(document)), random);
    setInDeprecation(anyEntry(document, random).value, 'replacement', text(name), random);
  },
  (document, random) => {
    for (const { value } of document.pairs)
      setInDeprecation(value, 'replacement', text(anyEntry(document, random).key.text), random);
  },
  (document, random) => {
    const { value } = anyEntry(document, random);
    setInDeprecation(
      value,
      'removal',
      random.chance(4) ? oddScalar(random) : text(random.of(ODD_DAYS)),
      random,
    );
  },
  (document, random) => {
    set(
      anyEntry(document, random).value,
      'deprecation',
      random.chance(3) ? oddTree(random) : mapping({ url: text('x') }),
    );
  },
  // Size
  (document, random) => {
    let deep: Tree = oddScalar(random);
    for (let depth = random.below(20); depth > 0; depth--)
      deep = random.chance(2) ? list([deep]) : mapping({ x: deep });
    random.of(allPairs(document)).pair.value = deep;
  },
  (document, random) => {
    for (let index = 0; index < 10; index++) {
      const { key, value } = structuredClone(anyEntry(document, random));
      document.pairs.push({ key: text(`${key.text}-${index}`), value });
    }
  },
];
