import { variantImagePath } from '../entry.ts';
import { splitHost } from '../image-reference.ts';
import { ANY_CLIENT, sourcesByClient } from '../lookup.ts';
import { type ParsedEntry, type ParsedImage, parsedImages, pulledUrl } from '../parsed-entry.ts';
import { WHOLE_DOCUMENT } from '../positions.ts';
import type { Problem } from '../problem.ts';
import { urlIn } from '../readers.ts';
import type { Users } from '../usage.ts';
import { assessed, type ComparedEntry, type Comparison, isConcerned } from './comparison.ts';
import { placesOf } from './document-index.ts';
import type { UrlChange } from './moves.ts';
import { type Move, movesIn } from './moves.ts';
import { reaches, readersThatLose } from './readers.ts';

/**
 * Problems of URLs: a client gets another URL by name, or a URL no longer leads to its entry. Entries in which the same host or
 * prefix is replaced share one problem.
 */
export function* urlChanges(comparison: Comparison): Iterable<Problem> {
  const changes = comparison.entries.filter(isConcerned).flatMap((entry) => changesOf(entry, comparison));
  const { moves, others } = movesIn(changes);
  for (const move of moves) yield moveProblem(move, comparison);
  for (const change of others) yield problemOf(change, comparison);
}

function changesOf(entry: ComparedEntry, comparison: Comparison): UrlChange[] {
  const { successor } = entry;
  // An unreadable entry has a problem of its own, and its contents are unknown.
  if (successor?.readable === false) return [];
  const lost = lostUrls(entry, comparison);
  const others = successor ? otherImages(entry, successor, comparison) : [];
  const hostAliases =
    successor && lost.size > 0 ? lostHostAliases(entry, successor, lost, comparison) : undefined;
  const froms = new Set([...lost.keys(), ...others.map(({ from }) => from)]);
  if (froms.size === 0) return [];
  const places = successor ? samePlaces(successor) : undefined;
  const fields = fieldsByUrl(entry);
  return [...froms].map((from) => {
    const its = others.filter((other) => other.from === from);
    const sources = new Set(its.map(({ source }) => source));
    // Several fields may have the old URL: the problem points at one that an affected client read, or at the first if the URL
    // is lost.
    const field = fields.get(from)?.find((path) => lost.has(from) || sources.has(path));
    const place = field === undefined ? undefined : places?.get(field);
    const got = its.length === 0 ? [place && pulledUrl(place.image.text)] : its.map(({ to }) => to);
    return {
      entry,
      from,
      to: [...new Set(got.flatMap((url) => (url === undefined || url === from ? [] : url)))],
      clients: [...new Set(its.map(({ client }) => client))],
      isLost: lost.has(from),
      leadsTo: lost.get(from)?.name.text,
      hostAliases: hostAliases?.get(from) ?? [],
      isOnlyAdded: !lost.has(from) && its.every(({ isAdded }) => isAdded),
      place,
    };
  });
}

/** URLs that led to the entry and do not lead to its successor, with the entry that they lead to now, if any. */
function lostUrls(
  { old, successor }: ComparedEntry,
  { was, is }: Comparison,
): ReadonlyMap<string, ParsedEntry | undefined> {
  const lost = new Map<string, ParsedEntry | undefined>();
  for (const { image } of placesOf(old)) {
    const url = pulledUrl(image.text);
    const owner = is.byUrl(url);
    // A removed entry is reported by its name.
    if (was.byUrl(url) === old && (successor ? owner !== successor : owner !== undefined))
      lost.set(url, owner);
  }
  return lost;
}

interface OtherImage {
  readonly client: string;
  /** The path of the field with the old URL, relative to the entry. */
  readonly source: string;
  readonly from: string;
  readonly to: string | undefined;
  readonly isAdded: boolean;
}

/** The URLs that differ from before, for clients and readers that still reach the entry by name. */
function otherImages(entry: ComparedEntry, successor: ParsedEntry, comparison: Comparison): OtherImage[] {
  const { precedence, losers } = comparison;
  const isLossReported =
    readersThatLose(entry, comparison).length > 0 || entry.usedBy.some((reader) => losers.includes(reader));
  const readings = [
    ...Array.from(sourcesByClient(precedence), ([client, sources]) => ({
      client,
      takesAliases: true,
      fields: sources.map((source) => (source === 'image' ? source : variantImagePath(source))),
    })),
    ...entry.usedBy.map(({ client, takesAliases, field }) => ({ client, takesAliases, fields: [field] })),
  ];
  return readings.flatMap(({ client, takesAliases, fields }) => {
    const source = fields.find((field) => urlIn(entry.old, field) !== undefined) ?? '';
    const from = urlIn(entry.old, source);
    if (from === undefined || !reaches({ takesAliases }, entry, successor, comparison)) return [];
    const to = fields.map((field) => urlIn(successor, field)).find((url) => url !== undefined);
    if (to === from || (to === undefined && isLossReported)) return [];
    return [{ client, source, from, to, isAdded: urlIn(successor, source) === from }];
  });
}

/**
 * The URLs `HOST/ALIAS` in use that no longer lead to the entry, by the first lost URL on the same host. A URL is left out if its
 * alias itself leads elsewhere, because that alias has a problem of its own. Only URLs in use are compared, because a hostile
 * entry may have thousands of hosts and aliases.
 */
function lostHostAliases(
  { old }: ComparedEntry,
  successor: ParsedEntry,
  lost: ReadonlyMap<string, unknown>,
  { was, is, usage }: Comparison,
): ReadonlyMap<string, string[]> {
  const carriers = new Map<string, string>();
  for (const url of lost.keys()) {
    const { host } = splitHost(url);
    if (!carriers.has(host)) carriers.set(host, url);
  }
  const found = new Map<string, string[]>();
  for (const url of usage.urls.keys()) {
    const { host, repository } = splitHost(url);
    const carrier = carriers.get(host);
    if (carrier === undefined || lost.has(url) || is.byShortName(repository) !== successor) continue;
    if (was.byUrl(url) === old && is.byUrl(url) !== successor)
      found.set(carrier, [...(found.get(carrier) ?? []), url]);
  }
  return found;
}

/** The paths of the old entry's image fields, relative to the entry, by URL and in document order. */
function fieldsByUrl({ old, name }: ComparedEntry): ReadonlyMap<string, readonly string[]> {
  const fields = new Map<string, string[]>();
  for (const { field, image } of placesOf(old)) {
    const url = pulledUrl(image.text);
    const path = field.slice(name.length + 1);
    const known = fields.get(url);
    if (known) known.push(path);
    else fields.set(url, [path]);
  }
  return fields;
}

/** The images of the successor, by the path of their field relative to the entry. */
const samePlaces = (successor: ParsedEntry): ReadonlyMap<string, ParsedImage> =>
  new Map(
    parsedImages(successor)
      .filter(({ image }) => image.text !== '')
      .map((image) => [image.field.slice(successor.name.text.length + 1), image]),
  );

function problemOf(change: UrlChange, comparison: Comparison): Problem {
  const { entry, from, to, clients, isLost, leadsTo, hostAliases, isOnlyAdded, place } = change;
  const successor = entry.successor?.name;
  return {
    code: 'url-changed',
    entry: successor?.text ?? entry.name,
    from,
    to,
    clients,
    isLost,
    ...(leadsTo !== undefined && { leadsTo }),
    hostAliases,
    ...assessed([entry.name], usersBehind(change, comparison), comparison),
    ...(isOnlyAdded && ONLY_ADDED),
    at: place?.image.at ?? successor?.at ?? WHOLE_DOCUMENT,
    field: place?.field ?? successor?.text ?? entry.name,
  };
}

/** Maximum number of examples in the message about a move. */
const EXAMPLES = 3;

function moveProblem({ replaced, changes }: Move, comparison: Comparison): Problem {
  const entries = new Set(changes.map(({ entry }) => entry.name));
  const users = changes.flatMap((change) => usersBehind(change, comparison));
  return {
    code: 'url-changed',
    move: {
      ...(replaced && { replaced }),
      entries: entries.size,
      lost: changes.filter(({ isLost }) => isLost).length,
      examples: changes.slice(0, EXAMPLES).map(({ from, to }) => ({ from, to: to[0] ?? '' })),
    },
    ...assessed(replaced ? [`host:${replaced.from}`] : [...entries], users, comparison),
    ...(!replaced && ONLY_ADDED),
    at: WHOLE_DOCUMENT,
    field: '',
  };
}

/** The change from the shape of 2025 to that of 2026 adds `image` and removes nothing that is read today. */
const ONLY_ADDED = { severity: 'warning' } as const;

/** All users of a lost URL. For any other URL, only the users whose client gets another URL. */
function usersBehind(
  { from, isLost, clients, hostAliases }: UrlChange,
  { usage }: Comparison,
): (Users | undefined)[] {
  if (isLost) return [from, ...hostAliases].map((url) => usage.urls.get(url));
  // A workload without a known label may belong to any of these clients.
  return [...new Set([...clients, ANY_CLIENT])].map((client) => usage.byClient.get(client)?.urls.get(from));
}
