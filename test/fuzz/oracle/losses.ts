import {
  type CatalogReader,
  consumersOf,
  type Got,
  type Known,
  knownIn,
  splitUrl,
  type Value,
} from './readers.ts';

/** Something that one reader can no longer do with the new document, or does with another result. */
export interface ReaderLoss {
  readonly reader: CatalogReader;
  /** The entry of the old document. */
  readonly entry: Known;
  /** The requested name, alias or URL. */
  readonly by: string;
  readonly kind: 'name' | 'type' | 'url' | 'backwards';
  /** For a name: the results before and after. */
  readonly before?: Got;
  readonly after?: Got | undefined;
  /** For a name or URL: the entry of the new document to which it resolves. */
  readonly leadsTo: Known | undefined;
}

/**
 * All losses of consumers and clients between two valid documents, computed for each reader. An entry that no consumer can use
 * counts only if it is in use.
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
      // For the webhook's clients, a name counts only while it resolves to an entry.
      ...clients.flatMap((reader) => namesLost(reader, entry, old, now, false)),
      // A URL resolves to the same entry for all clients.
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

/** URLs and `HOST/ALIAS` that resolved to the entry for this reader, and now to none or another one. */
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

/** A workload: the label `managed-by` of its Pods, and the image as written. */
export interface RunningWorkload {
  readonly name: string;
  readonly client: string;
  readonly image: string;
}

/** What a workload uses according to a document. */
export interface UsedBy {
  readonly entry: string;
  /** For a name, an alias or `HOST/ALIAS`. */
  readonly shortName: string | undefined;
  /** Undefined if the entry has no image for the client. */
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
