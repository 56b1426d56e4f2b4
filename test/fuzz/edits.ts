import { compareCatalogs } from '../../src/catalog/changes.ts';
import { loadCatalog } from '../../src/catalog/load.ts';
import { severityOf } from '../../src/catalog/problem.ts';
import { type Usage, type Users, unknownUsage } from '../../src/catalog/usage.ts';
import { defaultPolicy } from '../../src/settings.ts';
import type { Random } from '../support/random.ts';
import { asJson, expectSame, type Fuzz } from './fuzz.ts';
import { anyPrecedence } from './generate/askers.ts';
import { withFaults } from './generate/catalog-faults.ts';
import { goodCatalog } from './generate/catalogs.ts';
import { edited } from './generate/edits.ts';
import { written } from './generate/yaml.ts';
import { type ClientUses, changesOf, type EditCircumstances } from './oracle/changes.ts';
import { entriesOf } from './oracle/entries.ts';
import { isReadable } from './oracle/problems.ts';
import type { Mapping, Tree } from './oracle/tree.ts';

interface EditCase {
  readonly before: Written;
  readonly after: Written;
  readonly circumstances: EditCircumstances;
}

/** A document and its text. */
export interface Written {
  readonly document: Tree;
  readonly text: string;
}

export type Compare = typeof compareCatalogs;

/** Pairs of catalogs, possibly faulty. Compares all problems of the edit by severity, code and field. */
export const editFuzz = (compare: Compare = compareCatalogs): Fuzz<EditCase> => ({
  name: 'edits',
  ...asJson<EditCase>(),
  generate(random) {
    const before = goodCatalog(random);
    const after = edited(before, random);
    return {
      before: writtenSomehow(before, random),
      after: writtenSomehow(after, random),
      circumstances: {
        inUse: anyUse(before, random),
        acknowledged: anySubjects(before, random),
        precedence: anyPrecedence(random),
      },
    };
  },
  check({ before, after, circumstances }) {
    // An oversized text is not read further.
    if (![before, after].every(({ document }) => isReadable(document, defaultPolicy))) return 'unreadable';
    const [old, now] = [before, after].map(
      ({ text }) => loadCatalog(text, defaultPolicy, '2026-11-22').parsed,
    );
    const { problems: found } = compare(old ?? [], now ?? [], {
      usage: usageOf(circumstances),
      acknowledged: new Set(circumstances.acknowledged),
      precedence: circumstances.precedence,
    });
    expectSame(
      found.map((problem) => `${severityOf(problem)} ${problem.code} ${problem.field}`).sort(),
      changesOf(before.document, after.document, circumstances)
        .map(({ severity, code, field }) => `${severity} ${code} ${field}`)
        .sort(),
      'what the edit takes away',
    );
    return found.length === 0
      ? 'harmless'
      : [...new Set(found.map((problem) => `${severityOf(problem)} ${problem.code}`))];
  },
  show: ({ before, after, circumstances }) =>
    `${JSON.stringify(circumstances)}\n--- before\n${before.text}\n--- after\n${after.text}`,
});

/** The document, with or without faults. */
export function writtenSomehow(good: Mapping, random: Random): Written {
  const document = random.chance(4) ? withFaults(structuredClone(good), random) : good;
  return { document, text: written(document, random) };
}

const half = <T>(all: readonly T[], random: Random): T[] => all.filter(() => random.chance(2));

const namesIn = (document: Mapping): string[] =>
  entriesOf(document).flatMap(({ name, aliases }) => [name, ...aliases.map((alias) => alias.text)]);

/** The subjects that an acknowledgement of this edit may name. */
export const subjectsIn = (document: Mapping): string[] => [
  ...namesIn(document),
  ...urlsIn(document).flatMap((url) => [url, `host:${url.split('/')[0]}`, `host:${url.split('-')[0]}`]),
  'reader:webservice',
  'reader:jobs-api',
];

/** A random selection, possibly empty. */
const anySubjects = (document: Mapping, random: Random): string[] =>
  random.chance(2) ? [] : half(subjectsIn(document), random);

/** The URLs of images, and `HOST/ALIAS`. */
const urlsIn = (document: Mapping): string[] =>
  entriesOf(document).flatMap(({ name, aliases, images, former }) =>
    [...images, ...former].flatMap(({ text }) => [
      text,
      ...[name, ...aliases.map((alias) => alias.text)].map(
        (shortName) => `${text.split('/')[0]}/${shortName}`,
      ),
    ]),
  );

/** Undefined: unknown. The names and URLs of a client need not match, since each counts by itself. */
export function anyUse(document: Mapping, random: Random): EditCircumstances['inUse'] {
  if (random.chance(3)) return undefined;
  const uses = (): ClientUses => ({
    entries: half(namesIn(document), random),
    urls: half(urlsIn(document), random),
  });
  const clients = ['webservice', 'toolforge-jobs-framework', '*', 'constructor'];
  return {
    complete: !random.chance(3),
    ...uses(),
    shortNames: half(namesIn(document), random),
    byClient: Object.fromEntries(half(clients, random).map((client) => [client, uses()])),
  };
}

export function usageOf({ inUse }: Pick<EditCircumstances, 'inUse'>): Usage {
  if (!inUse) return unknownUsage;
  const uses = (names: readonly string[]) => new Map(names.map((name) => [name, USERS]));
  const usesOf = ({ entries, urls }: ClientUses) => ({ entries: uses(entries), urls: uses(urls) });
  return {
    known: inUse.complete,
    ...usesOf(inUse),
    shortNames: uses(inUse.shortNames),
    byClient: new Map(Object.entries(inUse.byClient).map(([client, own]) => [client, usesOf(own)])),
  };
}

const USERS: Users = { workloads: 2, tools: ['tool-wikibugs'], first: ['tool-wikibugs/Deployment/web'] };
