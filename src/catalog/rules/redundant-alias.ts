import type { Problem } from '../problem.ts';
import type { RuleContext } from './rule.ts';

/** A redundant alias does not harm the consumers, but it is probably a mistake for another alias. */
export function* redundantAlias({ entries }: RuleContext): Iterable<Problem> {
  for (const { name, aliases } of entries) {
    const seen = new Set<string>();
    for (const { text: alias, at, field } of aliases) {
      const ownName = alias === name.text;
      if (ownName || seen.has(alias)) {
        yield { code: 'redundant-alias', alias, ownName, at, field };
      }
      seen.add(alias);
    }
  }
}
