import { LineIndex } from '../../catalog/positions.ts';
import { withEdits } from '../../catalog/text-edit.ts';
import type { ToolFinding } from '../../tool-files/finding.ts';
import { type FixKind, readsAlikeBut, type ToolFix, toolFixes } from '../../tool-files/fix.ts';
import type { Fixed } from '../output/findings.ts';
import { patchOf, patchPath } from '../output/patch.ts';
import { replaceFile } from '../replace-file.ts';

export interface FixTerms {
  readonly kind: FixKind;
  /** Writes nothing. */
  readonly dryRun: boolean;
}

/** The result of fixing one file. */
export interface FixedFile {
  /** The text after the fixes; the old text if the file was not changed. */
  readonly text: string;
  readonly fixed: readonly Fixed[];
  /** The same change as a patch, for a dry run. */
  readonly patch: string;
  /** Why the file could not be changed. */
  readonly refusal?: string;
  /** Remarks about findings that were left, each with its line. */
  readonly notes: readonly string[];
  /** Whether a tool will run on another image than before. */
  readonly replacesImage: boolean;
}

/** Fixes what can be fixed in a file, unless the fixed text would read differently elsewhere. */
export function fixFile(
  path: string,
  text: string,
  findings: readonly ToolFinding[],
  { kind, dryRun }: FixTerms,
): FixedFile {
  const lines = new LineIndex(text);
  const { fixes, left } = toolFixes(text, findings, kind);
  const notes = left.map(
    ({ at, to, reason }) =>
      `${path}:${lines.position(at.start).line}: left as it is: ${reason}; write ${to} there`,
  );
  const unchanged = { text, fixed: [], patch: '', notes, replacesImage: false };
  if (fixes.length === 0) return unchanged;
  const after = withEdits(text, fixes);
  const refusal = refusalOf(path, text, fixes, after, dryRun);
  if (refusal !== undefined) return { ...unchanged, refusal };
  return {
    text: after,
    fixed: fixes.map(({ at, code, from, to }) => ({ code, from, to, ...lines.position(at.start) })),
    patch: dryRun ? patchOf(patchPath(path), text, fixes) : '',
    notes,
    replacesImage: findings.some(
      (finding) =>
        'image' in finding && fixes.some(({ at, to }) => at === finding.at && to === finding.replacement),
    ),
  };
}

function refusalOf(
  path: string,
  text: string,
  fixes: readonly ToolFix[],
  after: string,
  dryRun: boolean,
): string | undefined {
  if (!readsAlikeBut(text, fixes, after)) return 'its other values would read differently';
  return dryRun ? undefined : replaceFile(path, text, after);
}
