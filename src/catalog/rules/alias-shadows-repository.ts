import { splitHost } from '../image-reference.ts';
import { type ParsedEntry, type ParsedImage, parsedImagesEver } from '../parsed-entry.ts';
import type { Problem } from '../problem.ts';
import type { RuleContext } from './rule.ts';

/**
 * jobs-api finds the name of an image by its repository, and a name or alias that equals the repository matches, too. With a name
 * or alias that equals another entry's repository, jobs-api would show the Pods of that entry under the wrong name. An entry's
 * own repository is allowed as an alias: Pods on older images stay known.
 */
export function* aliasShadowsRepository({ entries }: RuleContext): Iterable<Problem> {
  const owners = new Map<string, { readonly entry: ParsedEntry; readonly owned: ParsedImage }[]>();
  for (const entry of entries) {
    for (const owned of parsedImagesEver(entry)) {
      const { repository } = splitHost(owned.url);
      if (repository === '') continue;
      const known = owners.get(repository);
      if (!known) owners.set(repository, [{ entry, owned }]);
      // Two owners are enough to find one other than the compared entry.
      else if (known.length < 2 && known[0]?.entry !== entry) known.push({ entry, owned });
    }
  }
  for (const entry of entries) {
    const names = [
      { what: 'name', ...entry.name, field: entry.name.text } as const,
      ...entry.aliases
        .filter((alias) => alias.text !== entry.name.text)
        .map((alias) => ({ what: 'alias', ...alias }) as const),
    ];
    for (const { what, text, at, field } of names) {
      const owner = owners.get(text)?.find((candidate) => candidate.entry !== entry);
      if (!owner) continue;
      yield {
        code: 'alias-shadows-repository',
        name: text,
        what,
        url: owner.owned.url,
        at,
        field,
        other: owner.owned.image.at,
        otherEntry: owner.entry.name.text,
      };
    }
  }
}
