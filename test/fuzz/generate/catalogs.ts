import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import { HOST, NEW_HOST } from '../../support/catalog.ts';
import type { Random } from '../../support/random.ts';
import { bare, copyOf, list, type Mapping, mapping, type Tree, text, treeOf } from '../oracle/tree.ts';

export const HOSTS = [HOST, NEW_HOST, `${HOST}:5000`, 'registry.example'];

/** Names like those of the 41 real entries, or stranger. All are valid and different. */
const BASES = [
  'python3.',
  'node',
  'php7.',
  'jdk',
  'mono6.',
  'Bookworm-',
  'constructor',
  'toString',
  'hasOwnProperty',
  'x',
  'length',
  'an-image.with_everything-',
];

/** A catalog without errors in the shape of 2022 or 2026, or mixed, which gives warnings. */
export function goodCatalog(random: Random, most = 6): Mapping {
  const shape = random.of(['2022', '2026', '2026', 'both'] as const);
  const names = Array.from({ length: 1 + random.below(most) }, (_, index) => `${random.of(BASES)}${index}`);
  const document: Mapping = { kind: 'mapping', pairs: [] };
  for (const name of names)
    document.pairs.push({ key: text(name), value: goodEntry(name, names, shape, random) });
  return document;
}

function goodEntry(
  name: string,
  names: readonly string[],
  shape: '2022' | '2026' | 'both',
  random: Random,
): Mapping {
  const slug = name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  const url = (what: string) =>
    text(`${random.of(HOSTS)}/${random.chance(8) ? 'pre-built/' : ''}tf-${slug}${what}`);
  const withImage = shape === '2026' || (shape === 'both' && random.chance(2));
  const deprecated = random.chance(3);
  const shared = url('-web');
  const aliases = [
    `tf-${name}`,
    `toolforge-${name}-sssd-base`,
    `tf-${name}-DEPRECATED`,
    `tf-${slug}`,
    `tf-${slug}-web`,
  ];
  return mapping({
    state: text(deprecated ? 'deprecated' : random.of(['stable', 'stable', 'stable', 'beta'])),
    ...(withImage && { image: random.chance(2) ? shared : url('') }),
    ...(!random.chance(4) && {
      aliases: list([...new Set(aliases)].filter(() => random.chance(2)).map(text)),
    }),
    variants: mapping({
      ...(!random.chance(3) && {
        'jobs-framework': mapping({ image: random.chance(2) ? shared : url('-base') }),
      }),
      ...(!random.chance(3) && {
        webservice: mapping({
          image: shared,
          extra: mapping({
            wstype: text(random.of(['generic', 'js', 'python'])),
            ...(random.chance(3) && { resources: text('jdk') }),
          }),
        }),
      }),
      ...(random.chance(10) && { builder: mapping({ image: url('-builder') }) }),
    }),
    ...(random.chance(8) && { 'former-images': list([url('-web'), url('-once')]) }),
    ...(deprecated && random.chance(2) && { deprecation: goodDeprecation(name, names, random) }),
    ...(random.chance(10) && {
      'webservice-defaults': mapping({ port: bare('8000'), command: list([text('$PORT')]) }),
    }),
  });
}

/** Replacements refer to later entries, to avoid loops. */
function goodDeprecation(name: string, names: readonly string[], random: Random): Tree {
  const later = names.slice(names.indexOf(name) + 1);
  return mapping({
    ...(later.length > 0 && random.chance(2) && { replacement: text(random.of(later)) }),
    ...(random.chance(2) && {
      removal: text(random.of(['2027-03-01', '2026-11-22', '2026-11-21', '2024-02-29'])),
    }),
    ...(random.chance(2) && {
      url: text(`https://wikitech.wikimedia.org/wiki/${random.chance(4) ? 'x'.repeat(300) : 'Python'}`),
    }),
  });
}

/** The real catalogs. */
const real = [2025, 2026].map((year) =>
  treeOf(
    load(
      readFileSync(new URL(`../../fixtures/image-config/images-v1.${year}.yaml`, import.meta.url), 'utf8'),
    ),
  ),
);

/** A few entries of a real catalog, in its order. */
export function realCatalog(random: Random, most = 6): Mapping {
  const tree = random.of(real);
  const pairs = tree.kind === 'mapping' ? tree.pairs : [];
  const first = random.below(pairs.length);
  return copyOf({ kind: 'mapping', pairs: pairs.slice(first, first + 1 + random.below(most)) });
}
