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

/** A problem as reported to users, with line and column instead of offsets. */
export interface ReportedProblem {
  readonly code: ProblemCode;
  readonly severity: Severity;
  readonly line: number;
  readonly column: number;
  readonly field: string;
  readonly message: string;
  readonly remedy: string;
}

/** The settings that a test may vary; the others are the defaults of `serve`. */
export type LoadOverrides = Partial<CatalogPolicy> & { readonly today?: string };

export const TODAY = '2026-11-22';

/** The reported problems of a catalog, in their order. */
export const problemsOf = (text: string, overrides: LoadOverrides = {}): ReportedProblem[] =>
  report(loaded(text, overrides).problems).problems.map((problem) => reported(problem, text));

/** Each problem as `3:16 duplicate-alias python3.11.aliases[0]`. */
export const findingsOf = (text: string, overrides: LoadOverrides = {}): string[] =>
  problemsOf(text, overrides).map(finding);

export const finding = ({ line, column, code, field }: ReportedProblem): string =>
  `${line}:${column} ${code} ${field}`.trimEnd();

export const loaded = (text: string, { today = TODAY, ...policy }: LoadOverrides = {}) =>
  loadCatalog(text, { ...defaultPolicy, ...policy }, today);

export interface EditOverrides {
  readonly usage?: Usage;
  readonly acknowledged?: readonly string[];
}

/** The problems of an edit, without those of the new catalog alone. */
export function changesOf(
  before: string,
  after: string,
  { usage = unknownUsage, acknowledged = [] }: EditOverrides = {},
): ReportedProblem[] {
  const { problems } = compareCatalogs(loaded(before).parsed, loaded(after).parsed, {
    usage,
    acknowledged: new Set(acknowledged),
    precedence: defaultPrecedence,
  });
  return report([...problems]).problems.map((problem) => reported(problem, after));
}

/** Names in use. */
export interface NamesInUse {
  readonly entries?: readonly string[];
  readonly shortNames?: readonly string[];
  readonly urls?: readonly string[];
}

/** A complete usage in which two workloads use each of these names. Those without a client count for `*`. */
export function usageOf(
  uses: NamesInUse & { readonly byClient?: Readonly<Record<string, NamesInUse>> },
): Usage {
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

function reported(problem: Problem, text: string): ReportedProblem {
  const lines = new LineIndex(text);
  const words = describe(problem, (offset) => lines.position(offset).line);
  const place = lines.position(problem.at.start);
  return { code: problem.code, severity: severityOf(problem), ...place, field: problem.field, ...words };
}

/** A catalog with one entry per line. */
export const catalogOf = (...entries: readonly string[]): string =>
  entries.map((line) => `${line}\n`).join('');

/** A valid entry on one line, with `fields` first. */
export const entry = (name: string, fields = '', image = imageOf(name)): string =>
  `${name}: {${fields === '' ? '' : `${fields}, `}state: stable, variants: {}, image: ${image}}`;

export const deprecatedEntry = (name: string, fields = ''): string =>
  `${name}: {${fields === '' ? '' : `${fields}, `}state: deprecated, variants: {}, image: ${imageOf(name)}}`;

export const imageOf = (name: string): string =>
  `${HOST}/toolforge-${name.toLowerCase().replaceAll(/[^a-z0-9]/g, '')}-sssd-web`;
