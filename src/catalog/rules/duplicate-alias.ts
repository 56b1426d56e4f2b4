import type { Draft, Located } from '../draft.ts';
import type { Problem } from '../problem.ts';
import type { RuleContext } from './rule.ts';

/** An alias has to name one entry: consumers take whichever stands first. */
export function* duplicateAlias({ drafts }: RuleContext): Iterable<Problem> {
  const firstUse = new Map<string, { readonly alias: Located; readonly draft: Draft }>();
  for (const draft of drafts) {
    for (const alias of draft.aliases) {
      const first = firstUse.get(alias.text);
      if (!first) firstUse.set(alias.text, { alias, draft });
      else if (first.draft !== draft) {
        yield {
          code: 'duplicate-alias',
          alias: alias.text,
          at: alias.at,
          field: alias.field,
          other: first.alias.at,
          otherEntry: first.draft.name.text,
        };
      }
    }
  }
}
