import type { Located, ParsedEntry } from '../parsed-entry.ts';
import type { Problem } from '../problem.ts';
import type { RuleContext } from './rule.ts';

/** Lookups are case-sensitive, and people often are not. */
export function* caseCollision({ entries }: RuleContext): Iterable<Problem> {
  const first = new Map<string, { readonly located: Located; readonly entry: ParsedEntry }>();
  for (const entry of entries) {
    for (const located of [{ ...entry.name, field: entry.name.text }, ...entry.aliases]) {
      const folded = located.text.toLowerCase();
      const other = first.get(folded);
      if (!other) first.set(folded, { located, entry });
      else if (other.entry !== entry && other.located.text !== located.text) {
        yield {
          code: 'case-collision',
          name: located.text,
          otherName: other.located.text,
          at: located.at,
          field: located.field,
          other: other.located.at,
          otherEntry: other.entry.name.text,
        };
      }
    }
  }
}
