import type { Entry } from '../entry.ts';
import { entryFrom } from '../parsed-entry.ts';
import type { Problem } from '../problem.ts';
import { suggestedEntry } from '../suggestion.ts';
import type { RuleContext } from './rule.ts';

/** A maintainer is told to use it, so it has to be a name that webservice takes: an entry's own, not an alias. */
export function* replacementUnknown({ entries }: RuleContext): Iterable<Problem> {
  const names = new Set(entries.map(({ name }) => name.text));
  const aliases = new Map(
    entries.flatMap(({ name, aliases }) => aliases.map(({ text }) => [text, name.text])),
  );
  const known = byShortName(entries.map(entryFrom));
  let suggestions = 0;
  for (const { name, aliases: own, deprecation } of entries) {
    const replacement = deprecation?.replacement;
    if (!replacement || names.has(replacement.text)) continue;
    // Its own alias leads back to the entry: a loop.
    if (own.some(({ text }) => text === replacement.text)) continue;
    const aliasOf = aliases.get(replacement.text);
    const meant =
      aliasOf === undefined && suggestions++ < MOST_SUGGESTIONS
        ? otherThan(name.text, suggestedEntry(replacement.text, known))
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

/** Each looks through the whole catalog: with as many faults as entries that would be quadratic. */
const MOST_SUGGESTIONS = 100;

/** By name and alias. One map for all faults, since suggestions keep an index of it. */
const byShortName = (entries: readonly Entry[]): ReadonlyMap<string, Entry> =>
  new Map(entries.flatMap((entry) => [entry.name, ...entry.aliases].map((name) => [name, entry])));

/** Never the deprecated entry itself, however close. */
function otherThan(own: string, suggested: Entry | undefined): string | undefined {
  return suggested?.name === own ? undefined : suggested?.name;
}
