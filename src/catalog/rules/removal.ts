import { hasPassed, isCalendarDate } from '../entry.ts';
import type { Problem } from '../problem.ts';
import type { RuleContext } from './rule.ts';

/** People are told this date; it has to be one, and one that has passed tells them nothing. */
export function* removal({ entries, today }: RuleContext): Iterable<Problem> {
  for (const { name, deprecation } of entries) {
    const date = deprecation?.removal;
    if (!date) continue;
    const place = { at: date.at, field: `${name.text}.deprecation.removal` };
    if (!isCalendarDate(date.text)) {
      yield { code: 'unknown-value', value: date.text, allowed: ['a real date as YYYY-MM-DD'], ...place };
    } else if (hasPassed(date.text, today)) {
      yield { code: 'removal-past', removal: date.text, today, ...place };
    }
  }
}
