import {
  type CatalogReader,
  consumersOf,
  type Got,
  type Known,
  knownIn,
  splitUrl,
  type Value,
} from './readers.ts';

/** What one reader can do by the old document and cannot by the new one, or gets differently. */
export interface ReaderLoss {
  readonly reader: CatalogReader;
  /** The entry of the old document. */
  readonly entry: Known;
  /** The name, alias or URL that is asked by. */
  readonly by: string;
  readonly kind: 'name' | 'type' | 'url' | 'backwards';
  /** Of a name: what the reader got by it, and gets now. */
  readonly before?: Got;
  readonly after?: Got | undefined;
  /** Of a name or URL: the entry of the new document that it leads to. */
  readonly leadsTo: Known | undefined;
}

/**
 * Everything that consumers and clients lose between two documents without errors, asked one by one. What no consumer
 * can use, nothing is lost of, unless it is in use.
 */
export function lossesOf(
  old: Value,
  now: Value,
  clients: readonly CatalogReader[],
  inUse: readonly string[],
): ReaderLoss[] {
  const consumers = consumersOf(old);
  return knownIn(old)
    .filter(
      ({ name }) =>
        inUse.includes(name) || consumers.some((reader) => reader.byName(old, name) !== undefined),
    )
    .flatMap((entry) => [
      ...consumers.flatMap((reader) => [
        ...namesLost(reader, entry, old, now, true),
        ...urlsLost(reader, entry, old, now),
      ]),
      // Of the webhook's clients only those are asked whose name still leads to an entry.
      ...clients.flatMap((reader) => namesLost(reader, entry, old, now, false)),
      // URLs lead to the same entry for all of them.
      ...clients.slice(0, 1).flatMap((reader) => urlsLost(reader, entry, old, now)),
    ]);
}

const shortNamesOf = ({ name, aliases }: Known): string[] => [...new Set([name, ...aliases])];

export const entryByName = (document: Value, shortName: string): Known | undefined =>
  knownIn(document).find((entry) => shortNamesOf(entry).includes(shortName));

function namesLost(
  reader: CatalogReader,
  entry: Known,
  old: Value,
  now: Value,
  isConsumer: boolean,
): ReaderLoss[] {
  return shortNamesOf(entry).flatMap((by): ReaderLoss[] => {
    const before = reader.byName(old, by);
    const after = reader.byName(now, by);
    if (before === undefined) return [];
    const leadsTo = entryByName(now, by);
    const loss = { reader, entry, by, before, after, leadsTo };
    if (after === undefined) return isConsumer || leadsTo ? [{ ...loss, kind: 'name' }] : [];
    return [
      ...(after.url === before.url ? [] : [{ ...loss, kind: 'url' as const }]),
      ...(after.type === before.type && after.resources === before.resources
        ? []
        : [{ ...loss, kind: 'type' as const }]),
    ];
  });
}

/** URLs and `HOST/ALIAS` by which the reader knew the entry, and which lead it nowhere or to another one. */
function urlsLost(reader: CatalogReader, entry: Known, old: Value, now: Value): ReaderLoss[] {
  const hosts = new Set(entry.urls.map((url) => splitUrl(url)[0]));
  const urls = [...hosts].flatMap((host) => shortNamesOf(entry).map((shortName) => `${host}/${shortName}`));
  return [...new Set([...entry.urls, ...urls])].flatMap((by): ReaderLoss[] => {
    if (reader.byUrl(old, by) !== entry.name) return [];
    const name = reader.byUrl(now, by);
    const leadsTo = knownIn(now).find((each) => each.name === name);
    const isSame = leadsTo && shortNamesOf(leadsTo).includes(entry.name);
    return isSame ? [] : [{ reader, entry, by, kind: 'backwards', leadsTo }];
  });
}

/** A workload: the label `managed-by` of its Pods, and the image as it is written. */
export interface RunningWorkload {
  readonly name: string;
  readonly client: string;
  readonly image: string;
}

/** What a workload uses by a document. */
export interface UsedBy {
  readonly entry: string;
  /** Where it is a name, an alias or `HOST/ALIAS`. */
  readonly shortName: string | undefined;
  /** Undefined where the entry has nothing for its client. */
  readonly url: string | undefined;
}

export function useOf(
  { image }: RunningWorkload,
  document: Value,
  client: CatalogReader,
): UsedBy | undefined {
  const named = entryByName(document, image);
  if (named) return { entry: named.name, shortName: image, url: client.byName(document, image)?.url };
  const entry = client.byUrl(document, image);
  if (entry === undefined) return undefined;
  const isListed = knownIn(document).some(({ urls }) => urls.includes(image));
  return { entry, shortName: isListed ? undefined : splitUrl(image)[1], url: image };
}
