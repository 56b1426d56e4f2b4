import { type ParsedEntry, parsedImagesEver } from './parsed-entry.ts';

/**
 * The entries that were copied and then renamed, with the entry that each copies: all its URLs belong to that one, which comes
 * first. A copy is one problem, and not one for each URL and alias.
 */
export function copiesIn(entries: readonly ParsedEntry[]): ReadonlyMap<ParsedEntry, ParsedEntry> {
  const owners = new Map<string, ParsedEntry>();
  const copies = new Map<ParsedEntry, ParsedEntry>();
  for (const entry of entries) {
    const urls = parsedImagesEver(entry).flatMap(({ url }) => (url === '' ? [] : url));
    const [owner, ...others] = new Set(urls.map((url) => owners.get(url)));
    if (owner && others.length === 0) copies.set(entry, owner);
    for (const url of urls) if (!owners.has(url)) owners.set(url, entry);
  }
  return copies;
}

/**
 * The entries in the order in which a conflict between two of them is the fault of the later one: those that an edit leaves as they
 * are, those that it changes, those that it adds.
 */
export function oldestFirst(
  entries: readonly ParsedEntry[],
  before: readonly ParsedEntry[],
): readonly ParsedEntry[] {
  const old = new Map(before.map((entry) => [entry.name.text, identifiersOf(entry)]));
  const age = (entry: ParsedEntry): number => {
    const identifiers = old.get(entry.name.text);
    if (identifiers === undefined) return 2;
    return identifiers === identifiersOf(entry) ? 0 : 1;
  };
  return entries
    .map((entry) => ({ entry, age: age(entry) }))
    .sort((one, other) => one.age - other.age)
    .map(({ entry }) => entry);
}

/** The aliases and URLs of an entry as one text. */
const identifiersOf = (entry: ParsedEntry): string =>
  JSON.stringify([
    entry.aliases.map(({ text }) => text),
    parsedImagesEver(entry).map(({ field, url }) => [field, url]),
  ]);
