import type { Successor } from '../../catalog/successors.ts';
import type { EntrySnapshot, Snapshot } from './snapshot.ts';

/** One thing that an edit does. Entries go by their new name where they have one. */
export type CatalogDifference =
  | {
      readonly kind: 'added';
      readonly name: string;
      readonly state: string;
      readonly aliases: readonly string[];
    }
  | (Removal & { readonly kind: 'removed' })
  | {
      /** `merged`: into an entry that was there before. */
      readonly kind: 'renamed' | 'merged';
      readonly name: string;
      readonly from: string;
      readonly keepsAlias: boolean;
    }
  | { readonly kind: 'deprecated' | 'undeprecated'; readonly name: string; readonly state: string }
  | { readonly kind: 'alias-added' | 'alias-removed'; readonly name: string; readonly alias: string }
  | { readonly kind: 'alias-moved'; readonly name: string; readonly alias: string; readonly from: string }
  | (FieldChange & { readonly kind: 'url-changed' | 'field-changed' });

interface Removal {
  readonly name: string;
  readonly state: string;
  /** Those of its aliases that lead nowhere now. */
  readonly aliases: readonly string[];
}

interface FieldChange {
  readonly name: string;
  readonly field: string;
  readonly from?: string;
  readonly to?: string;
}

/**
 * What an edit does, entry by entry: names, then states and fields, then aliases. `successors` says, by old name, which
 * entry each goes on as.
 */
export function difference(
  before: Snapshot,
  after: Snapshot,
  successors: ReadonlyMap<string, Successor>,
): CatalogDifference[] {
  const successorOf = (name: string): string => successors.get(name)?.name ?? name;
  const renamed = new Set(
    [...successors.values()].flatMap(({ name, how }) => (how === 'renamed' ? name : [])),
  );
  const changes: CatalogDifference[] = [];
  for (const [name, entry] of after)
    if (!before.has(name) && !renamed.has(name))
      changes.push({ kind: 'added', name, state: stateOf(entry), aliases: entry.aliases });
  for (const [name, entry] of before) {
    const successor = after.get(successorOf(name));
    const how = successors.get(name)?.how;
    if (!successor) changes.push(removal(name, entry, after));
    else if (how === 'renamed' || how === 'merged')
      changes.push({
        kind: how,
        name: successorOf(name),
        from: name,
        keepsAlias: successor.aliases.includes(name),
      });
    // What another entry has stays its own.
    if (successor && how !== 'merged') changes.push(...fieldChanges(successorOf(name), entry, successor));
  }
  return [...changes, ...aliasChanges(before, after, successorOf)];
}

function removal(name: string, entry: EntrySnapshot, after: Snapshot): CatalogDifference {
  const owners = ownersOf(after);
  return {
    kind: 'removed',
    name,
    state: stateOf(entry),
    aliases: entry.aliases.filter((alias) => !owners.has(alias) && !after.has(alias)),
  };
}

function* fieldChanges(
  name: string,
  before: EntrySnapshot,
  after: EntrySnapshot,
): Iterable<CatalogDifference> {
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
  heirOf: (name: string) => string,
): Iterable<CatalogDifference> {
  const oldOwners = ownersOf(before);
  const newOwners = ownersOf(after);
  const survivors = new Set([...before.keys()].map(heirOf));
  for (const [alias, owner] of oldOwners) {
    // An alias that is the name of another entry is an error; the name counts.
    if (before.has(alias)) continue;
    const heir = heirOf(owner);
    // A name of its own leads to its entry, too.
    const leadsTo = after.has(alias) ? alias : newOwners.get(alias);
    if (leadsTo === heir) continue;
    if (leadsTo !== undefined) yield { kind: 'alias-moved', name: leadsTo, alias, from: owner };
    // Of an entry that is merged into another one, that one never had it.
    else if (after.has(heir)) yield { kind: 'alias-removed', name: before.has(heir) ? owner : heir, alias };
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

const stateOf = ({ fields }: EntrySnapshot): string => fields.get('state') ?? '';
