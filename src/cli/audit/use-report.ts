import { buildLookup } from '../../catalog/lookup.ts';
import { auditRows, isFinding, type Status, statuses } from '../../usage/audit-rows.ts';
import { imageClassifier } from '../../usage/image-classification.ts';
import { type Look, seenOf, type Terms, type UseReport } from './report.ts';

/** Who uses what is to be dealt with; with `all`, what is as it should be, too. */
export function useReport(look: Look, terms: Terms, all: boolean): UseReport {
  const { catalog } = look.inForce;
  const rows = auditRows(look.index, imageClassifier(buildLookup(catalog, terms.precedence)), terms.today);
  const counts = Object.fromEntries(statuses.map((status) => [status, 0])) as Record<Status, number>;
  for (const { fact } of rows) counts[fact.status] += 1;
  return {
    kind: 'use',
    seen: seenOf(look, terms),
    rows: all ? rows : rows.filter(({ fact }) => isFinding(fact.status)),
    counts,
  };
}
