import type { EntrySnapshot, Snapshot } from './catalog-snapshot.ts';

/** One thing that an edit does. Entries go by their new name where they have one. */
export type Change =
  | {
      readonly kind: 'added';
      readonly name: string;
      readonly state: string;
      readonly aliases: readonly string[];
    }
  | (Removal & { readonly kind: 'removed' })
  | { readonly kind: 'renamed'; readonly name: string; readonly from: string; readonly keepsAlias: boolean }
  | { readonly kind: 'deprecated' | 'undeprecated'; readonly name: string; readonly state: string }
  | { readonly kind: 'alias-added' | 'alias-removed'; readonly name: string; readonly alias: string }
  | { readonly kind: 'alias-moved'; readonly name: string; readonly alias: string; readonly from: string }
  | (FieldChange & { readonly kind: 'url-changed' | 'field-changed' });

interface Removal {
  readonly name: string;
  readonly state: string;
  /** Those of its aliases that lead nowhere now. */
  readonly aliases: readonly string[];
  readonly nowAliasOf?: string;
}

interface FieldChange {
  readonly name: string;
  readonly field: string;
  readonly from?: string;
  readonly to?: string;
}

/** What an edit does, entry by entry: names, then states and fields, then aliases. */
export function difference(before: Snapshot, after: Snapshot): Change[] {
  const renames = renamed(before, after);
  const newNameOf = (name: string) => renames.get(name) ?? name;
  const fresh = new Set(renames.values());
  const changes: Change[] = [];
  for (const [name, entry] of after)
    if (!before.has(name) && !fresh.has(name))
      changes.push({ kind: 'added', name, state: stateOf(entry), aliases: entry.aliases });
  for (const [name, entry] of before) {
    const heir = after.get(newNameOf(name));
    if (!heir) changes.push(removal(name, entry, after));
    else {
      if (renames.has(name)) changes.push(renaming(name, newNameOf(name), heir));
      changes.push(...fieldChanges(newNameOf(name), entry, heir));
    }
  }
  return [...changes, ...aliasChanges(before, after, renames)];
}

/** Old name to new: an entry that is new has the old name as an alias, or one of its image URLs. */
function renamed(before: Snapshot, after: Snapshot): Map<string, string> {
  const renames = new Map<string, string>();
  const fresh = [...after].filter(([name]) => !before.has(name));
  const heirs = new Map<string, string>();
  for (const [name, entry] of fresh)
    for (const sign of [...urlsOf(entry), ...entry.aliases]) if (!heirs.has(sign)) heirs.set(sign, name);
  const taken = new Set<string>();
  for (const [name, entry] of before) {
    if (after.has(name)) continue;
    const sign = [name, ...urlsOf(entry)].find((candidate) => heirs.has(candidate));
    const heir = sign === undefined ? undefined : heirs.get(sign);
    if (heir === undefined || taken.has(heir)) continue;
    renames.set(name, heir);
    taken.add(heir);
  }
  return renames;
}

function removal(name: string, entry: EntrySnapshot, after: Snapshot): Change {
  const owners = ownersOf(after);
  const owner = owners.get(name);
  return {
    kind: 'removed',
    name,
    state: stateOf(entry),
    aliases: entry.aliases.filter((alias) => !owners.has(alias) && !after.has(alias)),
    ...(owner !== undefined && { nowAliasOf: owner }),
  };
}

const renaming = (from: string, name: string, heir: EntrySnapshot): Change => ({
  kind: 'renamed',
  name,
  from,
  keepsAlias: heir.aliases.includes(from),
});

function* fieldChanges(name: string, before: EntrySnapshot, after: EntrySnapshot): Iterable<Change> {
  for (const field of new Set([...before.fields.keys(), ...after.fields.keys()])) {
    const [from, to] = [before.fields.get(field), after.fields.get(field)];
    if (from === to) continue;
    if (field === 'state' && to === 'deprecated') yield { kind: 'deprecated', name, state: to };
    else if (field === 'state' && from === 'deprecated')
      yield { kind: 'undeprecated', name, state: to ?? '' };
    else {
      yield {
        kind: isUrl(field) ? 'url-changed' : 'field-changed',
        name,
        field,
        ...(from !== undefined && { from }),
        ...(to !== undefined && { to }),
      };
    }
  }
}

/** Aliases of entries that are wholly new or gone are told with them, unless they come from elsewhere or go there. */
function* aliasChanges(
  before: Snapshot,
  after: Snapshot,
  renames: ReadonlyMap<string, string>,
): Iterable<Change> {
  const oldOwners = ownersOf(before);
  const newOwners = ownersOf(after);
  const heirOf = (name: string) => renames.get(name) ?? name;
  const survivors = new Set([...before.keys()].map(heirOf));
  for (const [alias, owner] of oldOwners) {
    // An alias that is the name of another entry is an error; the name counts.
    if (before.has(alias)) continue;
    const heir = heirOf(owner);
    // A name of its own leads to its entry, too.
    const leadsTo = after.has(alias) ? alias : newOwners.get(alias);
    if (leadsTo === heir) continue;
    if (leadsTo !== undefined) yield { kind: 'alias-moved', name: leadsTo, alias, from: owner };
    else if (after.has(heir)) yield { kind: 'alias-removed', name: heir, alias };
  }
  for (const [alias, owner] of newOwners) {
    if (before.has(alias) || oldOwners.has(alias) || !survivors.has(owner)) continue;
    yield { kind: 'alias-added', name: owner, alias };
  }
}

function ownersOf(catalog: Snapshot): Map<string, string> {
  const owners = new Map<string, string>();
  for (const [name, { aliases }] of catalog)
    for (const alias of aliases) if (!owners.has(alias)) owners.set(alias, name);
  return owners;
}

const isUrl = (field: string): boolean => field === 'image' || /^variants\..+\.image$/.test(field);

const urlsOf = ({ fields }: EntrySnapshot): string[] =>
  [...fields].flatMap(([field, value]) => (isUrl(field) ? value : []));

const stateOf = ({ fields }: EntrySnapshot): string => fields.get('state') ?? '';
