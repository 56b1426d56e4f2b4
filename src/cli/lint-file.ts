import {
  ACKNOWLEDGE,
  acknowledgedNames,
  compareCatalogs,
  type Usage,
  unknownUsage,
} from '../catalog/changes.ts';
import { type CatalogPolicy, loadCatalog } from '../catalog/load.ts';
import { type Found, type FoundCatalog, findCatalogs } from '../catalog/manifest.ts';
import type { Problem } from '../catalog/problem.ts';
import { type Report, report } from '../catalog/report.ts';
import type { Span } from '../catalog/span.ts';
import { isUnreadable } from '../catalog/unreadable.ts';
import { Unusable } from './outcome.ts';

/** A file as it was read. */
export interface Source {
  readonly file: string;
  readonly text: string;
}

/** What is wrong with a file; the positions are the file's. */
export interface LintedFile extends Source, Report {}

export interface Judge {
  readonly policy: CatalogPolicy;
  readonly today: string;
  /** What to judge the change from. */
  readonly old?: Old;
  /** Who uses what of it; a file does not tell. */
  readonly usage?: Usage;
}

/** The catalogs of a file, or of whatever else is called by its name. */
export interface Old {
  readonly file: string;
  readonly catalogs: readonly FoundCatalog[];
}

/** The problems of all catalogs of a file. Throws `Unusable` for manifests without a catalog. */
export function lintFile(source: Source, judge: Judge): LintedFile {
  const found = catalogsOf(source);
  const problems = [...found.problems];
  for (const catalog of found.catalogs)
    for (const problem of lintCatalog(catalog, judge)) problems.push(problem);
  return { ...source, ...report(problems) };
}

/** The problems of one catalog of a file; the positions are the file's. */
export function* lintCatalog(catalog: FoundCatalog, judge: Judge): Iterable<Problem> {
  for (const problem of problemsOf(catalog, judge)) yield placed(problem, catalog);
}

/** The catalogs of a file; those of manifests without any are unreadable input. */
export function catalogsOf({ file, text }: Source): Exclude<Found, { unreadable: string }> {
  const found = findCatalogs(text);
  if ('unreadable' in found) throw new Unusable(`cannot read ${file}: ${found.unreadable}`);
  return found;
}

function* problemsOf(
  catalog: FoundCatalog,
  { policy, today, old, usage = unknownUsage }: Judge,
): Iterable<Problem> {
  const { problems, drafts } = loadCatalog(catalog.text, policy, today);
  yield* problems;
  // A document that could not be read at all has no entries to miss: its one problem says enough.
  if (!old || drafts.length === 0) return;
  const before = counterpart(catalog, old);
  const acknowledged = acknowledgedNames(
    ...[before, catalog].map(({ annotations }) => annotations.get(ACKNOWLEDGE)),
  );
  const loadedBefore = loadCatalog(before.text, policy, today);
  if (isUnreadable(loadedBefore))
    throw new Unusable(
      `cannot compare with ${old.file}: it cannot be read as a catalog. To see why: image-config-admission lint ${old.file}`,
    );
  yield* compareCatalogs(loadedBefore.drafts, drafts, { usage, acknowledged });
}

/** The old catalog of the same ConfigMap, or the only one there is. */
function counterpart({ label }: FoundCatalog, { file, catalogs }: Old): FoundCatalog {
  const match = catalogs.length === 1 ? catalogs[0] : catalogs.find((catalog) => catalog.label === label);
  if (match) return match;
  throw new Unusable(`cannot compare with ${file}: it has no ${label || 'catalog of its own'}`);
}

function placed(problem: Problem, catalog: FoundCatalog): Problem {
  const inFile = ({ start, end }: Span): Span => {
    const first = catalog.offsetInFile(start);
    // An end at a line's end would be taken for the start of the next line, which a manifest indents.
    return { start: first, end: end > start ? Math.max(first, catalog.offsetInFile(end - 1) + 1) : first };
  };
  return 'other' in problem
    ? { ...problem, at: inFile(problem.at), other: inFile(problem.other) }
    : { ...problem, at: inFile(problem.at) };
}
