import { catalogFixes } from '../../catalog/fix.ts';
import { LineIndex } from '../../catalog/positions.ts';
import type { Problem } from '../../catalog/problem.ts';
import { withEdits } from '../../catalog/text-edit.ts';
import { catalogsOf, type LintTerms, lintCatalog, type Source } from '../lint-file.ts';
import type { Fixed } from '../output/findings.ts';
import { patchOf, patchPath } from '../output/patch.ts';
import { replaceFile } from '../replace-file.ts';

/** The result of fixing one catalog file. */
export interface FixedSource {
  /** With the text after the fixes, or as it was if it could not be changed. */
  readonly source: Source;
  readonly fixed: readonly Fixed[];
  /** The same change as a patch, for a dry run. */
  readonly patch: string;
  /** Why the file could not be changed. */
  readonly refusal?: string;
}

/** Fixes the problems of a file that have only one possible fix, and writes it unless this is a dry run. */
export function fixCatalogFile(source: Source, terms: LintTerms, dryRun: boolean): FixedSource {
  const { file, text } = source;
  const fixes = catalogFixes(text, (changed) => problemsOf({ file, text: changed }, terms));
  if (fixes.length === 0) return { source, fixed: [], patch: '' };
  const after = withEdits(text, fixes);
  const refusal = dryRun ? undefined : replaceFile(file, text, after);
  if (refusal !== undefined) return { source, fixed: [], patch: '', refusal };
  const lines = new LineIndex(text);
  return {
    source: { file, text: after },
    fixed: fixes.map(({ code, at, text: to }) => ({
      code,
      ...lines.position(at.start),
      from: text.slice(at.start, at.end).trim(),
      to,
    })),
    patch: dryRun ? patchOf(patchPath(file), text, fixes) : '',
  };
}

/** All problems of a file, in any number. */
function problemsOf(source: Source, { policy, today }: LintTerms): readonly Problem[] {
  const { catalogs, problems } = catalogsOf(source);
  return [...problems, ...catalogs.flatMap((catalog) => lintCatalog(catalog, { policy, today }).problems)];
}
