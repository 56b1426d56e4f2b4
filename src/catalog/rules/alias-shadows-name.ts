import type { Problem } from '../problem.ts';
import type { RuleContext } from './rule.ts';

/** jobs-api compares name and aliases entry by entry: an earlier entry's alias beats a later entry's own name. */
export function* aliasShadowsName({ drafts }: RuleContext): Iterable<Problem> {
  const byName = new Map(drafts.map((draft) => [draft.name.text, draft]));
  for (const draft of drafts) {
    for (const alias of draft.aliases) {
      const shadowed = byName.get(alias.text);
      if (!shadowed || shadowed === draft) continue;
      yield {
        code: 'alias-shadows-name',
        alias: alias.text,
        at: alias.at,
        field: alias.field,
        other: shadowed.name.at,
        otherEntry: shadowed.name.text,
      };
    }
  }
}
