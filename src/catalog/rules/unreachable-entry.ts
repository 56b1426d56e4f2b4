import { draftImages } from '../draft.ts';
import type { Problem } from '../problem.ts';
import type { RuleContext } from './rule.ts';

/** Nobody gets anything for this name. */
export function* unreachableEntry({ drafts }: RuleContext): Iterable<Problem> {
  for (const draft of drafts) {
    if (!draft.readable || draftImages(draft).length > 0) continue;
    yield { code: 'unreachable-entry', name: draft.name.text, at: draft.name.at, field: draft.name.text };
  }
}
