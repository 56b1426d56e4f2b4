import { splitHost } from '../image-reference.ts';
import type { ParsedImage } from '../parsed-entry.ts';
import type { ComparedEntry } from './comparison.ts';

/** One URL of an old entry that a client does not get any more, or that does not lead to the entry any more. */
export interface UrlChange {
  readonly entry: ComparedEntry;
  readonly from: string;
  /** What clients get instead; where none of them is concerned, what the same field has now. */
  readonly to: readonly string[];
  /** Those that get something else by name. */
  readonly clients: readonly string[];
  /** Whether the URL leads to nothing now, or to another entry. */
  readonly isLost: boolean;
  /** That other entry. */
  readonly leadsTo: string | undefined;
  /** `HOST/ALIAS` in use on the same host: they led to the entry, and do not any more. */
  readonly hostAliases: readonly string[];
  /** Whether a field that comes first was added, and the one that gave the URL is as it was. */
  readonly isOnlyAdded: boolean;
  /** The same field of the successor, if it has it. */
  readonly place: ParsedImage | undefined;
}

/** What happens to several entries alike. */
export interface Move {
  /** One host, or one prefix of repositories, and what it is replaced by; absent where a field that comes first is added. */
  readonly replaced: { readonly from: string; readonly to: string } | undefined;
  readonly changes: readonly UrlChange[];
}

/** Finds what moves together. All else, and what moves in one entry alone, are `others`. */
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

/** The old and new beginning of a URL that ends as before; undefined where the whole of it differs. */
function replacedIn({ from, to: [to, ...more], isOnlyAdded, leadsTo }: UrlChange): Move['replaced'] {
  // Which entry a URL leads to instead is worth a problem of its own.
  if (to === undefined || more.length > 0 || isOnlyAdded || leadsTo !== undefined) return undefined;
  const [old, now] = [splitHost(from), splitHost(to)];
  if (old.repository === now.repository) return { from: old.host, to: now.host };
  let same = 0;
  while (same < from.length && same < to.length && from.at(-1 - same) === to.at(-1 - same)) same += 1;
  return same === 0 || same === from.length || same === to.length
    ? undefined
    : { from: from.slice(0, -same), to: to.slice(0, -same) };
}
