/** What identifies an entry. */
export interface Identity {
  readonly name: string;
  readonly aliases: readonly string[];
  /** The URLs of its image and variants. */
  readonly urls: readonly string[];
  readonly formerUrls: readonly string[];
}

/** The entry of the new catalog that continues an old one. */
export interface Successor {
  readonly name: string;
  /** `merged`: the successor existed before, or continues another entry, too. */
  readonly how: 'same' | 'renamed' | 'merged';
}

/**
 * The successors by old name; a removed entry has none. The successor is the entry of the same name; else the entry that has
 * the name as an alias; else a new entry that has one of its images, now or as a former image; else any entry that lists one of
 * them as a former image. If several entries have the alias or URL, the first of them is the successor.
 */
export function successorsOf(
  before: readonly Identity[],
  after: readonly Identity[],
): ReadonlyMap<string, Successor> {
  const known = new Set(before.map(({ name }) => name));
  const names = new Set(after.map(({ name }) => name));
  const byAlias = firstBy(after, ({ aliases }) => aliases);
  const isNew = ({ name }: Identity): boolean => !known.has(name);
  const byUrl = firstBy(after.filter(isNew), ({ urls, formerUrls }) => [...urls, ...formerUrls]);
  const byFormerUrl = firstBy(after, ({ formerUrls }) => formerUrls);

  const successors = new Map<string, Successor>();
  const taken = new Set<string>();
  for (const { name, urls } of before) {
    if (names.has(name)) {
      successors.set(name, { name, how: 'same' });
      continue;
    }
    const heir = byAlias.get(name) ?? firstFound(urls, byUrl) ?? firstFound(urls, byFormerUrl);
    if (!heir) continue;
    successors.set(name, {
      name: heir.name,
      how: isNew(heir) && !taken.has(heir.name) ? 'renamed' : 'merged',
    });
    taken.add(heir.name);
  }
  return successors;
}

function firstBy(
  entries: readonly Identity[],
  keysOf: (entry: Identity) => readonly string[],
): ReadonlyMap<string, Identity> {
  const first = new Map<string, Identity>();
  for (const entry of entries) for (const key of keysOf(entry)) if (!first.has(key)) first.set(key, entry);
  return first;
}

function firstFound(keys: readonly string[], by: ReadonlyMap<string, Identity>): Identity | undefined {
  for (const key of keys) {
    const found = by.get(key);
    if (found) return found;
  }
  return undefined;
}
