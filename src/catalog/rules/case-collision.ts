import type { Draft, Located } from '../draft.ts';
import type { Problem } from '../problem.ts';
import type { RuleContext } from './rule.ts';

/** Lookups are case-sensitive and people are not. */
export function* caseCollision({ drafts }: RuleContext): Iterable<Problem> {
  const first = new Map<string, { readonly located: Located; readonly draft: Draft }>();
  for (const draft of drafts) {
    for (const located of [{ ...draft.name, field: draft.name.text }, ...draft.aliases]) {
      const folded = located.text.toLowerCase();
      const other = first.get(folded);
      if (!other) first.set(folded, { located, draft });
      else if (other.draft !== draft && other.located.text !== located.text) {
        yield {
          code: 'case-collision',
          name: located.text,
          otherName: other.located.text,
          at: located.at,
          field: located.field,
          other: other.located.at,
          otherEntry: other.draft.name.text,
        };
      }
    }
  }
}
