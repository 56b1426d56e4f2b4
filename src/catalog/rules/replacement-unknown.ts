import type { Entry } from '../entry.ts';
import { entryFrom } from '../parsed-entry.ts';
import type { Problem } from '../problem.ts';
import { suggestionsFrom } from '../suggestion.ts';
import type { RuleContext } from './rule.ts';

/** Warnings tell maintainers to use the replacement, so it must be a name that webservice accepts: not an alias. */
export function* replacementUnknown({ entries }: RuleContext): Iterable<Problem> {
  const names = new Set(entries.map(({ name }) => name.text));
  const aliases = new Map(
    entries.flatMap(({ name, aliases }) => aliases.map(({ text }) => [text, name.text])),
  );
  const suggest = suggestionsFrom(byShortName(entries.map(entryFrom)));
  let suggestions = 0;
  for (const { name, aliases: own, deprecation } of entries) {
    const replacement = deprecation?.replacement;
    if (!replacement || names.has(replacement.text)) continue;
    // An alias of the entry itself makes a loop, which another rule reports.
    if (own.some(({ text }) => text === replacement.text)) continue;
    const aliasOf = aliases.get(replacement.text);
    const meant =
      aliasOf === undefined && suggestions++ < MOST_SUGGESTIONS
        ? otherThan(name.text, suggest(replacement.text))
        : undefined;
    yield {
      code: 'replacement-unknown',
      replacement: replacement.text,
      ...(aliasOf !== undefined && { aliasOf }),
      ...(meant !== undefined && { meant }),
      at: replacement.at,
      field: `${name.text}.deprecation.replacement`,
    };
  }
}

/** Each suggestion reads the whole catalog, so one for each fault would be quadratic. */
const MOST_SUGGESTIONS = 100;

const byShortName = (entries: readonly Entry[]): ReadonlyMap<string, Entry> =>
  new Map(entries.flatMap((entry) => [entry.name, ...entry.aliases].map((name) => [name, entry])));

/** Excludes the deprecated entry itself, however close its name. */
function otherThan(own: string, suggested: Entry | undefined): string | undefined {
  return suggested?.name === own ? undefined : suggested?.name;
}
