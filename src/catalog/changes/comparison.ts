import type { ClientPrecedence } from '../lookup.ts';
import type { ParsedEntry } from '../parsed-entry.ts';
import type { Change } from '../problem.ts';
import { type Reader, readersOf, urlFor } from '../readers.ts';
import { type Successor, successorsOf } from '../successors.ts';
import { type Usage, type Users, useBy } from '../usage.ts';
import { DocumentIndex, identityOf } from './document-index.ts';

export interface ChangeContext {
  readonly usage: Usage;
  /** Names, `reader:…` and `host:…` that an admin has acknowledged. */
  readonly acknowledged: ReadonlySet<string>;
  readonly precedence: ClientPrecedence;
}

/** Two documents side by side, as the rules about changes read them. */
export interface Comparison extends ChangeContext {
  readonly was: DocumentIndex;
  readonly is: DocumentIndex;
  /** The consumers that read the old document. */
  readonly readers: readonly Reader[];
  readonly entries: readonly ComparedEntry[];
  /** The successors, by old name. */
  readonly successors: ReadonlyMap<string, Successor>;
  /** The readers that could use an entry before and can use none now. */
  readonly losers: readonly Reader[];
}

/** An entry of the old document. */
export interface ComparedEntry {
  readonly old: ParsedEntry;
  readonly name: string;
  /** The readers that could use it. */
  readonly usedBy: readonly Reader[];
  /** Whether a workload uses it by any name or URL. */
  readonly isInUse: boolean;
  /** The entry of the new document that continues it. */
  readonly successor: ParsedEntry | undefined;
  /** Its name, and its aliases that led to it and not to another entry. */
  readonly shortNames: readonly string[];
}

export function comparisonOf(
  before: readonly ParsedEntry[],
  after: readonly ParsedEntry[],
  context: ChangeContext,
): Comparison {
  const [was, is] = [new DocumentIndex(before), new DocumentIndex(after)];
  const readers = readersOf(was.entries);
  const successors = successorsOf(was.entries.map(identityOf), is.entries.map(identityOf));
  return {
    ...context,
    was,
    is,
    readers,
    successors,
    losers: losersOf(was, is, readers),
    entries: was.entries.map((old) => {
      const name = old.name.text;
      const successor = successors.get(name);
      const shortNames = new Set([name, ...old.aliases.map(({ text }) => text)]);
      return {
        old,
        name,
        usedBy: readers.filter((reader) => urlFor(reader, old) !== undefined),
        isInUse: (context.usage.entries.get(name)?.workloads ?? 0) > 0,
        successor: successor && is.named(successor.name),
        shortNames: [...shortNames].filter((shortName) => was.byShortName(shortName) === old),
      };
    }),
  };
}

function losersOf(was: DocumentIndex, is: DocumentIndex, readers: readonly Reader[]): Reader[] {
  // An unreadable entry has a problem of its own, and its contents are unknown.
  if (is.entries.some(({ readable }) => !readable)) return [];
  const canUse = (reader: Reader, { entries }: DocumentIndex): boolean =>
    entries.some((entry) => urlFor(reader, entry) !== undefined);
  return readers.filter((reader) => canUse(reader, was) && !canUse(reader, is));
}

/** Whether changes of an entry are reported: only if a reader could use it, or a workload uses it. */
export const isConcerned = ({ usedBy, isInUse }: ComparedEntry): boolean => usedBy.length > 0 || isInUse;

export const jobsReadersOf = ({ usedBy }: ComparedEntry): readonly Reader[] =>
  usedBy.filter(({ takesAliases }) => takesAliases);

/** The severity and use of a change: an error while a workload uses a subject, unless all subjects are acknowledged. */
export function assessed(
  subjects: readonly string[],
  users: readonly (Users | undefined)[],
  { usage, acknowledged }: ChangeContext,
): Pick<Change, 'severity' | 'use' | 'acknowledged' | 'subjects'> {
  const use = useBy(usage, users);
  const isAcknowledged = subjects.every((subject) => acknowledged.has(subject));
  return {
    severity: use.workloads > 0 && !isAcknowledged ? 'error' : 'warning',
    use,
    acknowledged: isAcknowledged,
    subjects,
  };
}

/** The users of an entry, for each of these clients. */
export const usersOf = (
  entry: string,
  clients: readonly string[],
  { usage }: ChangeContext,
): (Users | undefined)[] => clients.map((client) => usage.byClient.get(client)?.entries.get(entry));
