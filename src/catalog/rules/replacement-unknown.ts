import { nearest } from '../did-you-mean.ts';
import type { Problem } from '../problem.ts';
import type { Judged } from './rule.ts';

/** A maintainer is told to use it, so it has to be a name that webservice takes: an entry's own, not an alias. */
export function* replacementUnknown({ drafts }: Judged): Iterable<Problem> {
  const names = new Set(drafts.map(({ name }) => name.text));
  const aliases = new Map(
    drafts.flatMap(({ name, aliases }) => aliases.map(({ text }) => [text, name.text])),
  );
  let suggestions = 0;
  for (const { name, aliases: own, deprecation } of drafts) {
    const replacement = deprecation?.replacement;
    if (!replacement || names.has(replacement.text)) continue;
    // Its own alias leads back to the entry: a loop.
    if (own.some(({ text }) => text === replacement.text)) continue;
    const aliasOf = aliases.get(replacement.text);
    const meant =
      aliasOf === undefined && suggestions++ < MOST_SUGGESTIONS
        ? closest(replacement.text, name.text, names, aliases)
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

/** Never the deprecated entry itself, however close. */
function closest(
  word: string,
  own: string,
  names: ReadonlySet<string>,
  aliases: ReadonlyMap<string, string>,
): string | undefined {
  const name = nearest(word, names, (candidate) => candidate !== own);
  if (name !== undefined) return name;
  const alias = nearest(word, aliases.keys(), (candidate) => aliases.get(candidate) !== own);
  return alias === undefined ? undefined : aliases.get(alias);
}
