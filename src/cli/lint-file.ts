import { type EditedText, type EditTerms, type EditValidation, validateEdit } from '../catalog/edit.ts';
import { defaultPrecedence } from '../catalog/lookup.ts';
import { type CatalogSearch, type FoundCatalog, findCatalogs } from '../catalog/manifest.ts';
import type { Span } from '../catalog/positions.ts';
import type { Problem } from '../catalog/problem.ts';
import { ACKNOWLEDGE } from '../catalog/public-names.ts';
import { type Report, report } from '../catalog/report.ts';
import { unknownUsage } from '../catalog/usage.ts';
import { UsageError } from './command-result.ts';

/** A file as it was read. */
export interface Source {
  readonly file: string;
  readonly text: string;
}

/** The problems of a file, with positions in that file. */
export interface LintedFile extends Source, Report {
  /** The consumers for which the change was assessed; undefined without a change. */
  readonly readers?: readonly string[];
  /** The subjects to acknowledge: those of all losses that are not acknowledged yet. */
  readonly subjects?: readonly string[];
}

export interface LintTerms extends Pick<EditTerms, 'policy' | 'today'> {
  readonly change?: ChangeTerms;
}

/** The old catalog of a change, and the terms for its assessment. */
interface ChangeTerms extends Pick<EditTerms, 'precedence'> {
  readonly old: Old;
  /** The usage of the old catalog; unknown by default, since a file has none. */
  readonly usage?: EditTerms['usage'];
  /** Subjects acknowledged in addition to those of the annotations. */
  readonly acknowledged?: readonly string[];
}

/** The catalogs of a file or of a ConfigMap; `file` is its name in messages. */
export interface Old {
  readonly file: string;
  readonly catalogs: readonly FoundCatalog[];
}

/** The problems of all catalogs of a file, and `others` of it. Throws `UsageError` for manifests without a catalog. */
export function lintFile(source: Source, terms: LintTerms, others: readonly Problem[] = []): LintedFile {
  const found = catalogsOf(source);
  const problems = [...found.problems, ...others];
  const readers = new Set<string>();
  const subjects = new Set<string>();
  for (const catalog of found.catalogs) {
    const validation = lintCatalog(catalog, terms);
    problems.push(...validation.problems);
    for (const problem of validation.problems)
      if ('subjects' in problem && !problem.acknowledged)
        for (const subject of problem.subjects) subjects.add(subject);
    if (validation.comparison.kind === 'compared')
      for (const { label } of validation.comparison.readers) readers.add(label);
  }
  return {
    ...source,
    ...report(problems),
    ...(readers.size > 0 && { readers: [...readers] }),
    ...(terms.change && subjects.size > 0 && { subjects: [...subjects] }),
  };
}

/**
 * Validates one catalog of a file and assesses its change, with positions in that file. Throws `UsageError` when the old
 * catalog is unreadable.
 */
export function lintCatalog(catalog: FoundCatalog, { policy, today, change }: LintTerms): EditValidation {
  const { old, usage = unknownUsage, acknowledged = [], precedence = defaultPrecedence } = change ?? {};
  const before = old && counterpart(catalog, old);
  const validation = validateEdit(
    { after: editedText(catalog), before: before && editedText(before), acknowledged },
    { policy, today, usage, precedence },
  );
  if (old && validation.comparison.kind === 'unreadable')
    throw new UsageError(
      `cannot compare with ${old.file}: it cannot be read as a catalog. To see why: image-config-admission lint ${old.file}`,
    );
  return { ...validation, problems: validation.problems.map((problem) => placed(problem, catalog)) };
}

export const editedText = ({ text, annotations, immutable }: FoundCatalog): EditedText => ({
  text,
  acknowledge: annotations.get(ACKNOWLEDGE),
  immutable: immutable !== undefined,
});

/** The catalogs of a file. Throws `UsageError` for manifests without a catalog. */
export function catalogsOf({ file, text }: Source): Exclude<CatalogSearch, { unreadable: string }> {
  const found = findCatalogs(text);
  if ('unreadable' in found) throw new UsageError(`cannot read ${file}: ${found.unreadable}`);
  return found;
}

/** The old catalog of the same ConfigMap, or the only one there is. */
function counterpart({ label }: FoundCatalog, { file, catalogs }: Old): FoundCatalog {
  const match = catalogs.length === 1 ? catalogs[0] : catalogs.find((catalog) => catalog.label === label);
  if (match) return match;
  throw new UsageError(`cannot compare with ${file}: it has no ${label || 'catalog of its own'}`);
}

/** The problem of a catalog with its positions in the file. */
export function placed(problem: Problem, catalog: FoundCatalog): Problem {
  if (problem.code === 'immutable-config-map') return { ...problem, at: catalog.immutable ?? problem.at };
  const inFile = ({ start, end }: Span): Span => {
    const first = catalog.offsetInFile(start);
    // The end is the offset of the last character plus one: in a manifest, the next character may follow the indentation of
    // the next line.
    return { start: first, end: end > start ? Math.max(first, catalog.offsetInFile(end - 1) + 1) : first };
  };
  const at = inFile(problem.at);
  if ('missingName' in problem && problem.missingName?.commented) {
    const { commented } = problem.missingName;
    const missingName = { commented: { ...commented, at: inFile(commented.at) } };
    return { ...problem, at, other: inFile(problem.other), missingName };
  }
  if ('other' in problem) return { ...problem, at, other: inFile(problem.other) };
  if ('lines' in problem && problem.lines) return { ...problem, at, lines: inFile(problem.lines) };
  return { ...problem, at };
}
