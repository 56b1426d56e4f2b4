import type { Located, ParsedEntry } from '../parsed-entry.ts';
import type { Problem } from '../problem.ts';
import type { RuleContext } from './rule.ts';

/** An alias must name one entry: consumers take the first one. */
export function* duplicateAlias({ entries }: RuleContext): Iterable<Problem> {
  const firstUse = new Map<string, { readonly alias: Located; readonly entry: ParsedEntry }>();
  for (const entry of entries) {
    for (const alias of entry.aliases) {
      const first = firstUse.get(alias.text);
      if (!first) firstUse.set(alias.text, { alias, entry });
      else if (first.entry !== entry) {
        yield {
          code: 'duplicate-alias',
          alias: alias.text,
          at: alias.at,
          field: alias.field,
          other: first.alias.at,
          otherEntry: first.entry.name.text,
        };
      }
    }
  }
}
