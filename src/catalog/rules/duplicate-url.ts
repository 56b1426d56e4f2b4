import { type Located, type ParsedEntry, parsedImagesEver } from '../parsed-entry.ts';
import type { Problem } from '../problem.ts';
import type { RuleContext } from './rule.ts';

/** A URL must belong to one entry. Otherwise the order of the file decides under which name a running Pod is shown. */
export function* duplicateUrl({ entries }: RuleContext): Iterable<Problem> {
  const firstUse = new Map<string, { readonly image: Located; readonly entry: ParsedEntry }>();
  for (const entry of entries) {
    for (const { field, image, url } of parsedImagesEver(entry)) {
      if (url === '') continue;
      const first = firstUse.get(url);
      if (!first) firstUse.set(url, { image, entry });
      else if (first.entry !== entry) {
        yield {
          code: 'duplicate-url',
          url,
          at: image.at,
          field,
          other: first.image.at,
          otherEntry: first.entry.name.text,
        };
      }
    }
  }
}
