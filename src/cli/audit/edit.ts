import { acknowledgementOf } from '../../catalog/acknowledgement.ts';
import type { EditComparison } from '../../catalog/edit.ts';
import type { Catalog } from '../../catalog/entry.ts';
import { digestOf } from '../../catalog/load.ts';
import type { FoundCatalog } from '../../catalog/manifest.ts';
import { type Problem, severityOf } from '../../catalog/problem.ts';
import { ACCEPT } from '../../catalog/public-names.ts';
import { report } from '../../catalog/report.ts';
import type { Usage } from '../../catalog/usage.ts';
import { theCatalog } from '../ask-catalog.ts';
import { lintCatalog, type Source } from '../lint-file.ts';
import { type FileFindings, findingsOf } from '../output/finding.ts';
import type { CatalogInForce } from './catalog-in-force.ts';
import type { Terms } from './report.ts';

type EditVerdict =
  | 'accepted'
  | 'refused'
  /** A text with errors, by its digest in an annotation. */
  | 'accepted-by-break-glass'
  /** It takes something away, and who uses that is not known. */
  | 'undecided';

/** What the webhook would answer to an edit. */
export interface AssessedEdit {
  readonly findings: FileFindings;
  readonly verdict: EditVerdict;
  /** Undefined where the new text itself has errors, whatever it changes. */
  readonly catalog: Catalog | undefined;
  readonly comparison: EditComparison;
  /** The value of the annotation that would accept what is refused; undefined where the text itself has errors. */
  readonly acknowledgement: string | undefined;
}

/** Throws `UsageError` for a file in which no catalog is found. */
export function assessEdit(
  source: Source,
  { from, found: old }: CatalogInForce,
  usage: Usage,
  { policy, today, precedence }: Terms,
): AssessedEdit {
  const found = theCatalog(source);
  const change = { old: { file: from, catalogs: [old] }, usage, precedence };
  const { problems, loaded, comparison } = lintCatalog(found, { policy, today, change });
  const readers = comparison.kind === 'compared' ? comparison.readers.map(({ label }) => label) : undefined;
  return {
    findings: findingsOf({ ...source, ...report(problems), ...(readers && { readers }) }),
    verdict: verdictOn(problems, [found, old]),
    catalog: loaded.catalog,
    comparison,
    acknowledgement: acknowledgementOf(problems, digestOf(old.text)),
  };
}

function verdictOn(
  problems: readonly Problem[],
  [found, old]: readonly [FoundCatalog, FoundCatalog],
): EditVerdict {
  if (problems.some((problem) => severityOf(problem) === 'error'))
    return isAccepted(found, old) ? 'accepted-by-break-glass' : 'refused';
  return problems.some((problem) => 'use' in problem && !problem.use.known && !problem.acknowledged)
    ? 'undecided'
    : 'accepted';
}

const isAccepted = ({ text, annotations }: FoundCatalog, old: FoundCatalog): boolean =>
  [annotations, old.annotations].some((its) => its.get(ACCEPT) === digestOf(text));
