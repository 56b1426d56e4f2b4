import { ANY_CLIENT } from '../lookup.ts';
import { WHOLE_DOCUMENT } from '../positions.ts';
import type { Problem } from '../problem.ts';
import { webservice } from '../readers.ts';
import {
  assessed,
  type ComparedEntry,
  type Comparison,
  isConcerned,
  jobsReadersOf,
  usersOf,
} from './comparison.ts';

/** Problems of names and aliases that a consumer can no longer use, or that lead to another entry. */
export function* nameChanges(comparison: Comparison): Iterable<Problem> {
  for (const entry of comparison.entries) {
    if (!isConcerned(entry)) continue;
    const removal = nameRemoval(entry, comparison);
    if (removal) yield removal;
    if (removal) yield* withoutDeprecation(entry, comparison);
    // The removal of an entry includes its aliases: that is one problem.
    yield* aliasChanges(entry, comparison, removal !== undefined && !entry.successor);
  }
}

function nameRemoval(entry: ComparedEntry, comparison: Comparison): Problem | undefined {
  const { old, name, usedBy, isInUse, successor } = entry;
  const { is, usage } = comparison;
  if (is.named(name)) return undefined;
  const alias = is.withAlias(name);
  // webservice takes no aliases, so it cannot use a name that becomes one.
  const losers = usedBy.filter(({ takesAliases }) => !takesAliases || !alias);
  if (losers.length === 0 && (alias || !isInUse)) return undefined;
  const users = alias
    ? usersOf(name, [webservice.client, ANY_CLIENT], comparison)
    : [usage.entries.get(name)];
  const replacement = old.deprecation?.replacement?.text;
  return {
    code: 'name-removed',
    name,
    readers: losers.map(({ label }) => label),
    aliases: successor ? [] : goneAliases(entry, comparison),
    ...(alias && { nowAliasOf: alias.entry.name.text }),
    ...(successor && {
      successor: successor.name.text,
      isMerged: comparison.successors.get(name)?.how === 'merged',
    }),
    ...(replacement !== undefined && is.named(replacement) && { replacement }),
    ...assessed([name], users, comparison),
    at: alias?.alias.at ?? WHOLE_DOCUMENT,
    field: alias?.alias.field ?? name,
  };
}

function* withoutDeprecation(
  { old, name, successor }: ComparedEntry,
  comparison: Comparison,
): Iterable<Problem> {
  if (successor || old.state?.text === 'deprecated') return;
  yield {
    code: 'removed-without-deprecation',
    name,
    ...assessed([name], [comparison.usage.entries.get(name)], comparison),
    at: WHOLE_DOCUMENT,
    field: name,
  };
}

const goneAliases = (entry: ComparedEntry, { is }: Comparison): string[] =>
  entry.shortNames.filter((alias) => alias !== entry.name && !is.byShortName(alias));

function* aliasChanges(entry: ComparedEntry, comparison: Comparison, isCarried: boolean): Iterable<Problem> {
  const { is, usage } = comparison;
  const { name, successor } = entry;
  // An unreadable entry has a problem of its own, and its aliases are unknown.
  if (successor?.readable === false) return;
  const kept = new Set([successor?.name.text, ...(successor?.aliases.map(({ text }) => text) ?? [])]);
  for (const alias of entry.shortNames) {
    // An alias of two entries is reported as a duplicate.
    if (alias === name || kept.has(alias)) continue;
    const users = usage.shortNames.get(alias);
    const change = assessed([alias], [users], comparison);
    const owner = is.byShortName(alias);
    if (owner) {
      const place = is.named(alias) ? undefined : is.withAlias(alias)?.alias;
      yield {
        code: 'alias-moved',
        alias,
        from: name,
        to: owner.name.text,
        ...change,
        at: place?.at ?? owner.name.at,
        field: place?.field ?? owner.name.text,
      };
    } else if (!isCarried && (users || jobsReadersOf(entry).length > 0)) {
      yield {
        code: 'alias-removed',
        alias,
        entry: name,
        ...change,
        at: successor?.name.at ?? WHOLE_DOCUMENT,
        field: `${successor?.name.text ?? name}.aliases`,
      };
    }
  }
}
