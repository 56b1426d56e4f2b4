import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import type { Catalog } from '../../../src/catalog/entry.ts';
import { loadCatalog } from '../../../src/catalog/load.ts';
import { buildLookup, type Lookup } from '../../../src/catalog/lookup.ts';
import { defaultPolicy } from '../../../src/settings.ts';
import { HOST, NEW_HOST } from '../../support/catalog.ts';
import type { Random } from '../../support/random.ts';
import type { ImageSettings } from '../oracle/containers.ts';
import { plainCatalog } from '../oracle/entries.ts';
import type { PlainEntry, Precedence } from '../oracle/images.ts';
import type { Json } from '../oracle/json.ts';
import { type Tree, treeOf } from '../oracle/tree.ts';
import { anyPrecedence, ordinaryPrecedence } from './askers.ts';
import { goodCatalog } from './catalogs.ts';
import { written } from './yaml.ts';

const TODAY = '2026-11-22';

/** A cluster with a catalog, for the program (`lookup`) and for the second opinion (the other fields). */
export interface World extends ImageSettings {
  readonly lookup: Lookup;
  /** The text of the catalog. */
  readonly text: string;
  readonly document: Tree;
}

/** The world as JSON, without what follows from the rest. */
export const keepWorld = ({
  text,
  precedence,
  today,
  pastRemoval,
  registryAdmission,
  deprecationUrl,
}: World): Json => ({
  text,
  precedence,
  today,
  pastRemoval,
  registryAdmission,
  deprecationUrl,
});
export const reviveWorld = ({
  text,
  precedence,
  today,
  pastRemoval,
  registryAdmission = 'absent',
  deprecationUrl,
}: Json): World => ({
  ...worldOf(bothWays(text), precedence, deprecationUrl),
  today,
  pastRemoval,
  registryAdmission,
});

/** A world with a fixed catalog, or sometimes with a generated one. */
export function anyWorld(random: Random): World {
  const catalog = random.chance(20) ? freshCatalog(random) : random.of(standing);
  return {
    ...worldOf(catalog, anyPrecedence(random), random.chance(4) ? PAGE : undefined),
    today: random.of([TODAY, TODAY, '2027-03-02', '1999-12-31']),
    pastRemoval: random.of(['warn', 'warn', 'deny']),
    registryAdmission: random.of(['absent', 'present']),
  };
}

/** A value of the setting for the help page. */
const PAGE = 'https://wikitech.wikimedia.org/wiki/Help:Toolforge/Deprecated_images';

const worldOf = (
  { text, document, plain, accepted, acceptedWithPage }: BothWays,
  precedence: Precedence,
  deprecationUrl?: string,
): World => ({
  text,
  document,
  catalog: plain,
  lookup: buildLookup(deprecationUrl === undefined ? accepted : acceptedWithPage, precedence),
  precedence,
  deprecationUrl,
  today: TODAY,
  pastRemoval: 'warn',
  registryAdmission: 'absent',
});

interface BothWays {
  readonly text: string;
  readonly document: Tree;
  readonly plain: readonly PlainEntry[];
  readonly accepted: Catalog;
  readonly acceptedWithPage: Catalog;
}

function freshCatalog(random: Random): BothWays {
  const document = goodCatalog(random);
  const text = written(document, random);
  return { text, document, plain: plainCatalog(document), ...acceptedFrom(text) };
}

function acceptedFrom(text: string): Pick<BothWays, 'accepted' | 'acceptedWithPage'> {
  const accept = (deprecationUrl?: string) => {
    const { catalog, problems } = loadCatalog(text, { ...defaultPolicy, deprecationUrl }, TODAY);
    if (!catalog) throw new Error(`no catalog without errors: ${JSON.stringify(problems)}\n${text}`);
    return catalog;
  };
  return { accepted: accept(), acceptedWithPage: accept(PAGE) };
}

/** A catalog in either shape. Every reader takes its scalars for strings. */
const fixture = (year: 2025 | 2026): URL =>
  new URL(`../../fixtures/image-config/images-v1.${year}.yaml`, import.meta.url);

export const ordinaryCatalog = fixture(2026);

/** Valid but unusual entries. */
const strange = {
  constructor: { state: 'stable', image: `${HOST}/toolforge-constructor`, variants: {} },
  hollow: { state: 'stable', aliases: ['tf-hollow'], variants: {} },
  toString: { state: 'deprecated', aliases: ['valueOf'], image: `${NEW_HOST}/a/b/c__d`, variants: {} },
  'only-jobs': { state: 'beta', variants: { 'jobs-framework': { image: `${HOST}:5000/only-jobs` } } },
  'only-web': {
    state: 'deprecated',
    variants: { webservice: { image: `${HOST}/only-web`, extra: { wstype: 'js' } } },
    deprecation: {
      replacement: 'constructor',
      removal: '2027-03-01',
      url: `https://example.org/${'x'.repeat(300)}`,
    },
  },
  'only-builder': { state: 'stable', variants: { builder: { image: `${NEW_HOST}/only-builder` } } },
  Capital: { state: 'deprecated', aliases: ['CAPITAL-alias'], image: `${HOST}/capital`, variants: {} },
  capital2: {
    state: 'deprecated',
    image: `${HOST}/capital2`,
    variants: {},
    deprecation: { removal: '2000-01-01' },
  },
  [`l${'o'.repeat(61)}g`]: { state: 'stable', image: `${HOST}/l${'o'.repeat(61)}g`, variants: {} },
  x: { state: 'stable', aliases: ['y', 'xx', 'xyz'], image: `${HOST}/x`, variants: {} },
};

function bothWays(text: string): BothWays {
  const document = treeOf(load(text));
  return { text, document, plain: plainCatalog(document), ...acceptedFrom(text) };
}

const read = (file: URL): BothWays => bothWays(readFileSync(file, 'utf8'));

const standing: readonly BothWays[] = [
  read(fixture(2025)),
  read(ordinaryCatalog),
  bothWays(JSON.stringify(strange)),
];

/** The world of `serve` with that catalog and default settings. */
export const ordinaryWorld: World = worldOf(read(ordinaryCatalog), ordinaryPrecedence);
