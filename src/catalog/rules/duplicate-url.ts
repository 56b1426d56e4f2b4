import { copiesIn } from '../copied-entries.ts';
import { type Located, type ParsedEntry, parsedImagesEver } from '../parsed-entry.ts';
import type { Problem } from '../problem.ts';
import type { RuleContext } from './rule.ts';

/** A URL must belong to one entry. Otherwise the order of the file decides under which name a running Pod is shown. */
export function* duplicateUrl({ entries }: RuleContext): Iterable<Problem> {
  const copies = copiesIn(entries);
  const firstUse = new Map<string, { readonly image: Located; readonly entry: ParsedEntry }>();
  for (const entry of entries) {
    const original = copies.get(entry);
    for (const { field, image, url } of parsedImagesEver(entry)) {
      if (url === '') continue;
      const first = firstUse.get(url);
      if (!first) firstUse.set(url, { image, entry });
      else if (first.entry !== entry) {
        yield {
          code: 'duplicate-url',
          url,
          ...(original && copyOf(entry, original)),
          at: image.at,
          field,
          other: first.image.at,
          otherEntry: first.entry.name.text,
        };
        if (original) break;
      }
    }
  }
}

/** How many URLs and aliases a copy shares with its original; nothing if it is a single URL. */
function copyOf(
  entry: ParsedEntry,
  original: ParsedEntry,
): Pick<Extract<Problem, { code: 'duplicate-url' }>, 'copy'> {
  const known = new Set(original.aliases.map(({ text }) => text));
  const images = parsedImagesEver(entry).length;
  const aliases = entry.aliases.filter(({ text }) => known.has(text)).length;
  return images + aliases === 1 ? {} : { copy: { name: entry.name.text, images, aliases } };
}
