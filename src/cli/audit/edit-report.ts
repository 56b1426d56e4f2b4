import type { Catalog } from '../../catalog/entry.ts';
import { buildLookup } from '../../catalog/lookup.ts';
import { affectedBy } from '../../usage/effects.ts';
import { imageClassifier } from '../../usage/image-classification.ts';
import { usageOf } from '../../usage/usage-of.ts';
import type { Source } from '../lint-file.ts';
import { assessEdit } from './edit.ts';
import { type EditReport, type Look, seenOf, type Terms } from './report.ts';

/** What the catalog of a file would do in place of the one in force. */
export function editReport(source: Source, look: Look, terms: Terms): EditReport {
  const judgeBy = (catalog: Catalog) => {
    const lookup = buildLookup(catalog, terms.precedence);
    return { lookup, classify: imageClassifier(lookup) };
  };
  const before = judgeBy(look.inForce.catalog);
  // What no Pod of one tool uses may be another one's.
  const usage = {
    ...usageOf(look.index, before.classify, before.lookup.clientOf),
    known: look.namespace === undefined,
  };
  const edit = assessEdit(source, look.inForce, usage, terms);
  const { comparison } = edit;
  return {
    kind: 'edit',
    seen: seenOf(look, terms),
    edit,
    affected:
      edit.catalog &&
      affectedBy(look.index, {
        before,
        after: judgeBy(edit.catalog),
        successors: comparison.kind === 'compared' ? comparison.successors : new Map(),
        losses: comparison.kind === 'compared' ? comparison.losses : new Map(),
        today: terms.today,
      }),
  };
}
