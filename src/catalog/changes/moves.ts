import { splitHost } from '../image-reference.ts';
import type { ParsedImage } from '../parsed-entry.ts';
import type { ComparedEntry } from './comparison.ts';

/** A URL of an old entry that a client no longer gets, or that no longer leads to the entry. */
export interface UrlChange {
  readonly entry: ComparedEntry;
  readonly from: string;
  /** The URLs that clients get instead; if no client is affected, the URL that the same field has now. */
  readonly to: readonly string[];
  /** The clients that get another URL by name. */
  readonly clients: readonly string[];
  /** Whether the URL no longer leads to the entry. */
  readonly isLost: boolean;
  /** The entry that a lost URL leads to instead. */
  readonly leadsTo: string | undefined;
  /** The URLs `HOST/ALIAS` on the same host that workloads use and that no longer lead to the entry. */
  readonly hostAliases: readonly string[];
  /** Whether a field that clients prefer was added, while the field of the old URL did not change. */
  readonly isOnlyAdded: boolean;
  /** The same field of the successor, if there is one. */
  readonly place: ParsedImage | undefined;
}

/** The same change of several entries. */
export interface Move {
  /** The host or prefix of repositories that is replaced; absent if a field that clients prefer is added. */
  readonly replaced: { readonly from: string; readonly to: string } | undefined;
  readonly changes: readonly UrlChange[];
}

/** Groups the changes that are the same for two or more entries. `others` are the remaining changes. */
export function movesIn(changes: readonly UrlChange[]): {
  readonly moves: readonly Move[];
  readonly others: readonly UrlChange[];
} {
  const groups = new Map<string, Move & { readonly changes: UrlChange[] }>();
  for (const change of changes) {
    const replaced = replacedIn(change);
    if (!replaced && !change.isOnlyAdded) continue;
    const key = JSON.stringify(replaced ?? null);
    const group = groups.get(key);
    if (group) group.changes.push(change);
    else groups.set(key, { replaced, changes: [change] });
  }
  const moves = [...groups.values()].filter(
    (move) => new Set(move.changes.map(({ entry }) => entry)).size > 1,
  );
  const moved = new Set(moves.flatMap((move) => move.changes));
  return { moves, others: changes.filter((change) => !moved.has(change)) };
}

/** The host or prefix of a URL that a change replaces; undefined if the change is of another kind. */
function replacedIn({ from, to: [to, ...more], isOnlyAdded, leadsTo }: UrlChange): Move['replaced'] {
  // A URL that leads to another entry has a problem of its own.
  if (to === undefined || more.length > 0 || isOnlyAdded || leadsTo !== undefined) return undefined;
  const [old, now] = [splitHost(from), splitHost(to)];
  if (old.repository === now.repository) return { from: old.host, to: now.host };
  let same = 0;
  while (same < from.length && same < to.length && from.at(-1 - same) === to.at(-1 - same)) same += 1;
  return same === 0 || same === from.length || same === to.length
    ? undefined
    : { from: from.slice(0, -same), to: to.slice(0, -same) };
}
