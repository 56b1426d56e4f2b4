import { type Loaded, loadCatalog } from '../../src/catalog/load.ts';
import { buildLookup, type Lookup, type Resolution } from '../../src/catalog/lookup.ts';
import type { CatalogPolicy } from '../../src/catalog/policy.ts';
import { severityOf } from '../../src/catalog/problem.ts';
import { defaultPolicy } from '../../src/settings.ts';
import type { Random } from '../support/random.ts';
import { asJson, expectSame, type Fuzz } from './fuzz.ts';
import { anyPrecedence, asker } from './generate/askers.ts';
import { withFaults } from './generate/catalog-faults.ts';
import { goodCatalog, HOSTS } from './generate/catalogs.ts';
import { anyImage } from './generate/images.ts';
import { written } from './generate/yaml.ts';
import { plainCatalog } from './oracle/entries.ts';
import {
  entryCalled,
  ownerOf,
  type PlainEntry,
  type Precedence,
  urlFor,
  withoutLatest,
} from './oracle/images.ts';
import { isError, isServed, problemsOf } from './oracle/problems.ts';
import type { Tree } from './oracle/tree.ts';

/** The functions under test. Tests of the fuzzing itself pass broken ones. */
export interface CatalogEngine {
  readonly load: (text: string, policy: CatalogPolicy, today: string) => Loaded;
  readonly lookup: (catalog: NonNullable<Loaded['catalog']>, precedence: Precedence) => Lookup;
}

const engine: CatalogEngine = { load: loadCatalog, lookup: buildLookup };

interface CatalogCase {
  readonly document: Tree;
  readonly text: string;
  readonly policy: CatalogPolicy;
  readonly today: string;
  readonly precedence: Precedence;
  readonly questions: readonly Question[];
  /** Whether it is validated twice, with equal results. */
  readonly again: boolean;
}

interface Question {
  readonly image: string;
  readonly asker: string | undefined;
}

/** Documents generated from plain values, mostly with faults. Checks their problems and how their names resolve. */
export const catalogFuzz = ({ load, lookup }: CatalogEngine = engine): Fuzz<CatalogCase> => ({
  name: 'catalogs',
  ...asJson<CatalogCase>(),
  generate: anyCatalogCase,
  check({ document, text, policy, today, precedence, questions, again }) {
    const loaded = load(text, policy, today);
    if (again) expectSame(load(text, policy, today), loaded, 'the same text comes to the same');
    const circumstances = { ...policy, today };
    const codes = expectProblems(loaded, problemsOf(document, circumstances));
    expectSame(loaded.catalog !== undefined, isServed(document, circumstances), 'whether it is served');
    if (!loaded.catalog) return codes.length === 0 ? ['refused'] : ['refused', ...codes];

    const catalog = plainCatalog(document);
    const index = lookup(loaded.catalog, precedence);
    for (const { image, asker } of questions)
      expectSame(
        inWords(index.resolve(image, asker)),
        expectedResolution(catalog, image, asker, precedence),
        `what ${JSON.stringify(image)} is to ${asker ?? 'anybody'}`,
      );
    return ['accepted', ...codes];
  },
  show: ({ text, policy, today }) => `${JSON.stringify(policy)} on ${today}\n${text}`,
});

function anyCatalogCase(random: Random): CatalogCase {
  const good = goodCatalog(random);
  const document = random.chance(3) ? good : withFaults(good, random);
  const catalog = plainCatalog(document);
  return {
    document,
    text: written(document, random),
    policy: anyPolicy(random),
    today: random.of(['2026-11-22', '2026-11-22', '2027-03-02', '1999-12-31']),
    precedence: anyPrecedence(random),
    questions: Array.from({ length: 20 }, () => ({ image: anyImage(catalog, random), asker: asker(random) })),
    again: random.chance(4),
  };
}

const anyPolicy = (random: Random): CatalogPolicy => ({
  ...defaultPolicy,
  ...(random.chance(12) && { maxEntries: 3 }),
  ...(random.chance(12) && { maxDepth: 4 + random.below(3) }),
  ...(random.chance(12) && {
    states: random.of([['stable'], ['stable', 'deprecated'], ['stable', 'deprecated', 'default']]),
  }),
  ...(random.chance(4) && { registries: HOSTS.slice(random.below(HOSTS.length)) }),
});

/** Returns the codes, each once. */
function expectProblems({ problems }: Loaded, expected: readonly string[]): string[] {
  const found = problems.map(({ code, field }) =>
    // Any entry of a loop may be reported.
    code === 'replacement-loop' ? `${code} ` : `${code} ${field}`,
  );
  for (const problem of problems)
    expectSame(
      severityOf(problem),
      isError(problem.code) ? 'error' : 'warning',
      `how grave ${problem.code} is`,
    );
  if (expected.includes('document-limit ')) expectLimit(found, expected);
  else expectSame([...found].sort(), [...expected].sort(), 'what is wrong');
  return [...new Set(problems.map(({ code }) => code))];
}

/** An oversized document may be refused before or after its scalars are read. */
function expectLimit(found: readonly string[], expected: readonly string[]): void {
  expectSame(found.includes('document-limit '), true, 'that it is too large');
  expectSame(
    found.filter((problem) => !expected.includes(problem)),
    [],
    'what else is wrong with what is too large',
  );
}

function inWords(resolution: Resolution): string {
  switch (resolution.kind) {
    case 'short-name':
      return `${resolution.entry.name} at ${resolution.url}`;
    case 'no-variant':
      return `${resolution.entry.name}, of which there are ${[...resolution.has].sort().join(', ')}`;
    case 'url':
      return `an image of ${resolution.entry.name}`;
    case 'unknown-short-name':
      return `no name: ${resolution.shortName}`;
    case 'foreign':
      return 'foreign';
  }
}

function expectedResolution(
  catalog: readonly PlainEntry[],
  image: string,
  asker: string | undefined,
  precedence: Precedence,
): string {
  const plain = withoutLatest(image);
  if (plain === undefined) return 'foreign';
  const named = entryCalled(catalog, plain);
  if (named) {
    const url = urlFor(named, asker, precedence);
    const fields = [
      ...(named.image === undefined ? [] : ['image']),
      ...named.variants.map(({ name }) => `variants.${name}.image`),
    ];
    return url === undefined
      ? `${named.name}, of which there are ${fields.sort().join(', ')}`
      : `${named.name} at ${url}`;
  }
  if (/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(plain)) return `no name: ${plain}`;
  const owner = ownerOf(catalog, plain);
  return owner ? `an image of ${owner.name}` : 'foreign';
}
