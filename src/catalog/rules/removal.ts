import { hasPassed, isCalendarDate } from '../entry.ts';
import type { Problem } from '../problem.ts';
import type { RuleContext } from './rule.ts';

/** Warnings show the removal date, so it must be a day of the calendar. A day in the past tells users nothing. */
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
