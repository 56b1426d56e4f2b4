import { acknowledgementOf } from '../../catalog/acknowledgement.ts';
import type { Catalog } from '../../catalog/entry.ts';
import { digestOf } from '../../catalog/load.ts';
import { buildLookup } from '../../catalog/lookup.ts';
import type { FoundCatalog } from '../../catalog/manifest.ts';
import { type Problem, severityOf } from '../../catalog/problem.ts';
import { ACCEPT } from '../../catalog/public-names.ts';
import { report } from '../../catalog/report.ts';
import type { Usage } from '../../catalog/usage.ts';
import { affectedBy } from '../../usage/effects.ts';
import { imageClassifier } from '../../usage/image-classification.ts';
import { usageOf } from '../../usage/usage-of.ts';
import { theCatalog } from '../ask-catalog.ts';
import { lintCatalog, type Source } from '../lint-file.ts';
import { findingsOf } from '../output/findings.ts';
import {
  type AssessedEdit,
  type CatalogInForce,
  type EditReport,
  type Surveyed,
  seenOf,
  type Terms,
} from './report.ts';

/** The effects of replacing the catalog in force by the catalog of a file. */
export function editReport(source: Source, surveyed: Surveyed, terms: Terms): EditReport {
  const classifierOf = (catalog: Catalog) => {
    const lookup = buildLookup(catalog, terms.precedence);
    return { lookup, classify: imageClassifier(lookup) };
  };
  const before = classifierOf(surveyed.inForce.catalog);
  // The usage is unknown for one namespace: an image that none of its Pods uses may be in use elsewhere.
  const usage = {
    ...usageOf(surveyed.index, before.classify, before.lookup.clientOf),
    known: surveyed.namespace === undefined,
  };
  const edit = assessEdit(source, surveyed.inForce, usage, terms);
  const { comparison } = edit;
  return {
    kind: 'edit',
    seen: seenOf(surveyed, terms),
    edit,
    affected:
      edit.catalog &&
      affectedBy(surveyed.index, {
        before,
        after: classifierOf(edit.catalog),
        successors: comparison.kind === 'compared' ? comparison.successors : new Map(),
        losses: comparison.kind === 'compared' ? comparison.losses : new Map(),
        today: terms.today,
      }),
  };
}

/** What the webhook would answer to this edit. Throws `UsageError` for a file without a catalog. */
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
): AssessedEdit['verdict'] {
  if (problems.some((problem) => severityOf(problem) === 'error'))
    return isAccepted(found, old) ? 'accepted-by-break-glass' : 'refused';
  return problems.some((problem) => 'use' in problem && !problem.use.known && !problem.acknowledged)
    ? 'undecided'
    : 'accepted';
}

const isAccepted = ({ text, annotations }: FoundCatalog, old: FoundCatalog): boolean =>
  [annotations, old.annotations].some((its) => its.get(ACCEPT) === digestOf(text));
