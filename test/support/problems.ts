import { compareCatalogs } from '../../src/catalog/changes.ts';
import { loadCatalog } from '../../src/catalog/load.ts';
import { defaultPrecedence } from '../../src/catalog/lookup.ts';
import type { CatalogPolicy } from '../../src/catalog/policy.ts';
import { LineIndex } from '../../src/catalog/positions.ts';
import { type Problem, type ProblemCode, type Severity, severityOf } from '../../src/catalog/problem.ts';
import { describe } from '../../src/catalog/problem-message.ts';
import { report } from '../../src/catalog/report.ts';
import { type Usage, type Users, unknownUsage } from '../../src/catalog/usage.ts';
import { defaultPolicy } from '../../src/settings.ts';
import { HOST } from './catalog.ts';

/** A problem as people get it: the whole answer, with no offset left in it. */
export interface Told {
  readonly code: ProblemCode;
  readonly severity: Severity;
  readonly line: number;
  readonly column: number;
  readonly field: string;
  readonly message: string;
  readonly remedy: string;
}

/** What a test may vary; the rest is as `serve` has it. */
export type Judging = Partial<CatalogPolicy> & { readonly today?: string };

export const TODAY = '2026-11-22';

/** Everything that is said about a catalog, in the order in which it is said. */
export const problemsOf = (text: string, judging: Judging = {}): Told[] =>
  report(loaded(text, judging).problems).problems.map((problem) => told(problem, text));

/** Only where and what: `3:16 duplicate-alias python3.11.aliases[0]`. */
export const findingsOf = (text: string, judging: Judging = {}): string[] =>
  problemsOf(text, judging).map(finding);

export const finding = ({ line, column, code, field }: Told): string =>
  `${line}:${column} ${code} ${field}`.trimEnd();

export const loaded = (text: string, { today = TODAY, ...policy }: Judging = {}) =>
  loadCatalog(text, { ...defaultPolicy, ...policy }, today);

export interface Changing {
  readonly usage?: Usage;
  readonly acknowledged?: readonly string[];
}

/** What is said about an edit, without what is said about the new catalog itself. */
export function changesOf(
  before: string,
  after: string,
  { usage = unknownUsage, acknowledged = [] }: Changing = {},
): Told[] {
  const { problems } = compareCatalogs(loaded(before).parsed, loaded(after).parsed, {
    usage,
    acknowledged: new Set(acknowledged),
    precedence: defaultPrecedence,
  });
  return report([...problems]).problems.map((problem) => told(problem, after));
}

/** What is in use, by whatever client, or by the client that is named. */
export interface Using {
  readonly entries?: readonly string[];
  readonly shortNames?: readonly string[];
  readonly urls?: readonly string[];
}

/**
 * A finished look at the cluster, in which two workloads use each thing that is named, and nothing else is used. Without a
 * client they belong to `*`.
 */
export function usageOf(uses: Using & { readonly byClient?: Readonly<Record<string, Using>> }): Usage {
  const inUse = (names: readonly string[] = []): ReadonlyMap<string, Users> =>
    new Map(names.map((name) => [name, USED]));
  const all = [uses, ...Object.values(uses.byClient ?? {})];
  return {
    known: true,
    entries: inUse(all.flatMap(({ entries = [] }) => entries)),
    shortNames: inUse(all.flatMap(({ shortNames = [] }) => shortNames)),
    urls: inUse(all.flatMap(({ urls = [] }) => urls)),
    byClient: new Map(
      Object.entries({ '*': uses, ...uses.byClient }).map(([client, { entries, urls }]) => [
        client,
        { entries: inUse(entries), urls: inUse(urls) },
      ]),
    ),
  };
}

const USED: Users = {
  workloads: 2,
  tools: ['tool-wikibugs'],
  first: ['tool-wikibugs/CronJob/report', 'tool-wikibugs/Deployment/web'],
};

function told(problem: Problem, text: string): Told {
  const lines = new LineIndex(text);
  const words = describe(problem, (offset) => lines.position(offset).line);
  const place = lines.position(problem.at.start);
  return { code: problem.code, severity: severityOf(problem), ...place, field: problem.field, ...words };
}

/** A catalog of one line for each entry: a position in it is easy to follow. */
export const catalogOf = (...entries: readonly string[]): string =>
  entries.map((line) => `${line}\n`).join('');

/** An entry without a fault, on one line; what the test is about comes first. */
export const entry = (name: string, fields = '', image = imageOf(name)): string =>
  `${name}: {${fields === '' ? '' : `${fields}, `}state: stable, variants: {}, image: ${image}}`;

export const deprecatedEntry = (name: string, fields = ''): string =>
  `${name}: {${fields === '' ? '' : `${fields}, `}state: deprecated, variants: {}, image: ${imageOf(name)}}`;

export const imageOf = (name: string): string =>
  `${HOST}/toolforge-${name.toLowerCase().replaceAll(/[^a-z0-9]/g, '')}-sssd-web`;
