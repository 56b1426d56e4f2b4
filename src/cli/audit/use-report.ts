import { buildLookup } from '../../catalog/lookup.ts';
import { auditRows, isFinding, type Status, statuses } from '../../usage/audit-rows.ts';
import { imageClassifier } from '../../usage/image-classification.ts';
import { type Surveyed, seenOf, type Terms, type UseReport } from './report.ts';

/** The workloads whose images need attention; with `all`, those without findings, too. */
export function useReport(surveyed: Surveyed, terms: Terms, all: boolean): UseReport {
  const { catalog } = surveyed.inForce;
  const rows = auditRows(
    surveyed.index,
    imageClassifier(buildLookup(catalog, terms.precedence)),
    terms.today,
  );
  const counts = Object.fromEntries(statuses.map((status) => [status, 0])) as Record<Status, number>;
  for (const { fact } of rows) counts[fact.status] += 1;
  return {
    kind: 'use',
    seen: seenOf(surveyed, terms),
    rows: all ? rows : rows.filter(({ fact }) => isFinding(fact.status)),
    counts,
  };
}
