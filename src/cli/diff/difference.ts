import type { Successor } from '../../catalog/successors.ts';
import type { EntrySnapshot, Snapshot } from './snapshot.ts';

/** One change of an edit. `name` is the new name of an entry that has one. */
export type CatalogDifference =
  | {
      readonly kind: 'added';
      readonly name: string;
      readonly state: string;
      readonly aliases: readonly string[];
    }
  | (Removal & { readonly kind: 'removed' })
  | {
      /** `merged`: into an entry of the old catalog. */
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
  /** Its aliases that resolve to nothing now. */
  readonly aliases: readonly string[];
}

interface FieldChange {
  readonly name: string;
  readonly field: string;
  readonly from?: string;
  readonly to?: string;
}

/**
 * The changes of an edit, entry by entry: names, then states and fields, then aliases. `successors` maps the old name of an
 * entry to its successor.
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
    // After a merge, different fields of the successor are not changes.
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

/** The changes of aliases. Those of a new or a removed entry are part of its own change, unless they move between entries. */
function* aliasChanges(
  before: Snapshot,
  after: Snapshot,
  successorOf: (name: string) => string,
): Iterable<CatalogDifference> {
  const oldOwners = ownersOf(before);
  const newOwners = ownersOf(after);
  const survivors = new Set([...before.keys()].map(successorOf));
  for (const [alias, owner] of oldOwners) {
    // An alias that is another entry's name is an error, and the name has precedence.
    if (before.has(alias)) continue;
    const successor = successorOf(owner);
    // A new entry may have the alias as its name.
    const leadsTo = after.has(alias) ? alias : newOwners.get(alias);
    if (leadsTo === successor) continue;
    if (leadsTo !== undefined) yield { kind: 'alias-moved', name: leadsTo, alias, from: owner };
    // After a merge the old entry loses the alias, since its successor never had it.
    else if (after.has(successor))
      yield { kind: 'alias-removed', name: before.has(successor) ? owner : successor, alias };
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
