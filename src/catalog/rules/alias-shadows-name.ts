import type { Problem } from '../problem.ts';
import type { RuleContext } from './rule.ts';

/** jobs-api compares name and aliases entry by entry: an earlier entry's alias beats a later entry's own name. */
export function* aliasShadowsName({ entries }: RuleContext): Iterable<Problem> {
  const byName = new Map(entries.map((entry) => [entry.name.text, entry]));
  for (const entry of entries) {
    for (const alias of entry.aliases) {
      const shadowed = byName.get(alias.text);
      if (!shadowed || shadowed === entry) continue;
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
