import { type ChangeContext, compareCatalogs, type Usage, unknownUsage } from '../../src/catalog/changes.ts';
import type { Draft } from '../../src/catalog/draft.ts';
import { loadCatalog } from '../../src/catalog/load.ts';
import { type Problem, severityOf, type Use } from '../../src/catalog/problem.ts';
import { defaultPolicy } from '../../src/settings.ts';
import type { Random } from '../support/random.ts';
import { asJson, expectSame, type Fuzz } from './fuzz.ts';
import { withFaults } from './generate/catalog-faults.ts';
import { goodCatalog } from './generate/catalogs.ts';
import { edited } from './generate/edits.ts';
import { written } from './generate/yaml.ts';
import { changesOf, type EditCircumstances } from './oracle/changes.ts';
import { entriesOf } from './oracle/entries.ts';
import { isReadable } from './oracle/problems.ts';
import type { Mapping, Tree } from './oracle/tree.ts';

interface EditCase {
  readonly before: Written;
  readonly after: Written;
  readonly circumstances: EditCircumstances;
}

/** A document, and a text of it. */
export interface Written {
  readonly document: Tree;
  readonly text: string;
}

export type Compare = (
  before: readonly Draft[],
  after: readonly Draft[],
  context: ChangeContext,
) => Iterable<Problem>;

/** An old catalog and a new one: what is said of the change, and how grave it is. */
export const editFuzz = (compare: Compare = compareCatalogs): Fuzz<EditCase> => ({
  name: 'edits',
  ...asJson<EditCase>(),
  generate(random) {
    const before = goodCatalog(random);
    const after = edited(before, random);
    return {
      before: writtenSomehow(before, random),
      after: writtenSomehow(after, random),
      circumstances: { inUse: anyUse(before, random), acknowledged: anyNames(before, random) },
    };
  },
  check({ before, after, circumstances }) {
    // Of what is too large nobody knows what it holds.
    if (![before, after].every(({ document }) => isReadable(document, defaultPolicy))) return 'unreadable';
    const [old, now] = [before, after].map(
      ({ text }) => loadCatalog(text, defaultPolicy, '2026-11-22').drafts,
    );
    const context = { usage: usageOf(circumstances), acknowledged: new Set(circumstances.acknowledged) };
    const found = [...compare(old ?? [], now ?? [], context)];
    expectSame(
      found.map((problem) => `${severityOf(problem)} ${problem.code} ${problem.field}`).sort(),
      changesOf(before.document, after.document, circumstances).sort(),
      'what the edit takes away',
    );
    return found.length === 0
      ? 'harmless'
      : [...new Set(found.map((problem) => `${severityOf(problem)} ${problem.code}`))];
  },
  show: ({ before, after, circumstances }) =>
    `${JSON.stringify(circumstances)}\n--- before\n${before.text}\n--- after\n${after.text}`,
});

/** As it is, or with faults. */
export function writtenSomehow(good: Mapping, random: Random): Written {
  const document = random.chance(4) ? withFaults(structuredClone(good), random) : good;
  return { document, text: written(document, random) };
}

const half = <T>(all: readonly T[], random: Random): T[] => all.filter(() => random.chance(2));

export const namesIn = (document: Mapping): string[] =>
  entriesOf(document).flatMap(({ name, aliases }) => [name, ...aliases.map((alias) => alias.text)]);

/** What is acknowledged: some of the names and URLs, or none. */
const anyNames = (document: Mapping, random: Random): string[] =>
  random.chance(2) ? [] : half([...namesIn(document), ...urlsIn(document)], random);

/** Those of images, and `HOST/ALIAS`. */
const urlsIn = (document: Mapping): string[] =>
  entriesOf(document).flatMap(({ name, aliases, images }) =>
    images.flatMap(({ text }) => [
      text,
      ...[name, ...aliases.map((alias) => alias.text)].map(
        (shortName) => `${text.split('/')[0]}/${shortName}`,
      ),
    ]),
  );

/** Undefined is: not known. */
export function anyUse(document: Mapping, random: Random): EditCircumstances['inUse'] {
  if (random.chance(3)) return undefined;
  return {
    complete: !random.chance(3),
    entries: half(namesIn(document), random),
    shortNames: half(namesIn(document), random),
    urls: half(urlsIn(document), random),
  };
}

export function usageOf({ inUse }: Pick<EditCircumstances, 'inUse'>): Usage {
  if (!inUse) return unknownUsage;
  const uses = (names: readonly string[]) => new Map(names.map((name) => [name, USED]));
  return {
    known: inUse.complete,
    entries: uses(inUse.entries),
    shortNames: uses(inUse.shortNames),
    urls: uses(inUse.urls),
  };
}

const USED: Use = { known: true, workloads: 2, tools: 1, first: ['tool-wikibugs/Deployment/web'] };
