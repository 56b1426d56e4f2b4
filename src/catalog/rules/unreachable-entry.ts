import { parsedImages } from '../parsed-entry.ts';
import type { Problem } from '../problem.ts';
import type { RuleContext } from './rule.ts';

/** No client gets an image for the name of an entry without images. */
export function* unreachableEntry({ entries }: RuleContext): Iterable<Problem> {
  for (const entry of entries) {
    if (!entry.readable || parsedImages(entry).length > 0) continue;
    yield { code: 'unreachable-entry', name: entry.name.text, at: entry.name.at, field: entry.name.text };
  }
}
