import { copiesIn } from '../copied-entries.ts';
import { splitHost } from '../image-reference.ts';
import { type Located, type ParsedEntry, parsedImagesEver } from '../parsed-entry.ts';
import type { Problem } from '../problem.ts';
import type { RuleContext } from './rule.ts';

/** An alias must name one entry: consumers take the first one. */
export function* duplicateAlias({ entries }: RuleContext): Iterable<Problem> {
  const copies = copiesIn(entries);
  const owns = repositoryOwners(entries);
  const firstUse = new Map<string, { readonly alias: Located; readonly entry: ParsedEntry }>();
  for (const entry of entries) {
    for (const alias of entry.aliases) {
      const { text } = alias;
      const first = firstUse.get(text);
      if (!first) firstUse.set(text, { alias, entry });
      // The aliases of a copy belong to its `duplicate-url`. An alias that is the repository of only one of the two shadows it.
      else if (
        first.entry !== entry &&
        copies.get(entry) !== first.entry &&
        owns(entry, text) === owns(first.entry, text)
      ) {
        yield {
          code: 'duplicate-alias',
          alias: text,
          at: alias.at,
          field: alias.field,
          other: first.alias.at,
          otherEntry: first.entry.name.text,
        };
      }
    }
  }
}

/** Whether an entry has an image in a repository. */
function repositoryOwners(
  entries: readonly ParsedEntry[],
): (entry: ParsedEntry, repository: string) => boolean {
  const repositories = new Map(
    entries.map((entry) => [
      entry,
      new Set(parsedImagesEver(entry).map(({ url }) => splitHost(url).repository)),
    ]),
  );
  return (entry, repository) => repository !== '' && (repositories.get(entry)?.has(repository) ?? false);
}
