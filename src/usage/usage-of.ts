import { type ClientUsage, MOST_NAMED, type Usage, type Users } from '../catalog/usage.ts';
import type { ImageClassification } from './image-classification.ts';
import type { UsageIndex } from './usage-index.ts';
import { type ImageUse, inOrder, type Workload } from './workload.ts';

/** Use of each entry, short name and URL, for the rules that compare two catalogs. It counts root owners: a Deployment, not its Pods. */
export function usageOf(
  index: UsageIndex,
  classify: (use: ImageUse) => ImageClassification,
  clientOf: (label: string | undefined) => string,
): Usage {
  const entries = new Tally();
  const shortNames = new Tally();
  const urls = new Tally();
  const byClient = new Map<string, { readonly entries: Tally; readonly urls: Tally }>();
  for (const { images, workloads } of index.used()) {
    const roots = new Set(Array.from(workloads, (workload) => index.rootOwnerOf(workload).workload));
    for (const image of images) {
      const classification = classify(image);
      if (classification.kind !== 'listed') continue;
      const client = clientOf(image.client);
      const own = byClient.get(client) ?? { entries: new Tally(), urls: new Tally() };
      byClient.set(client, own);
      const { shortName, hostAlias, gets } = classification;
      for (const tally of [entries, own.entries]) tally.add(classification.entry.name, roots);
      if (shortName !== undefined) shortNames.add(shortName, roots);
      if (hostAlias !== undefined) shortNames.add(hostAlias, roots);
      if (gets !== undefined) for (const tally of [urls, own.urls]) tally.add(gets, roots);
    }
  }
  return {
    known: true,
    entries: entries.users(),
    shortNames: shortNames.users(),
    urls: urls.users(),
    byClient: new Map(Array.from(byClient, ([client, own]) => [client, usersIn(own)])),
  };
}

const usersIn = (own: { readonly entries: Tally; readonly urls: Tally }): ClientUsage => ({
  entries: own.entries.users(),
  urls: own.urls.users(),
});

class Tally {
  readonly #users = new Map<string, Set<Workload>>();

  add(what: string, users: Iterable<Workload>): void {
    let known = this.#users.get(what);
    if (!known) {
      known = new Set();
      this.#users.set(what, known);
    }
    for (const user of users) known.add(user);
  }

  users(): Map<string, Users> {
    return new Map(Array.from(this.#users, ([what, users]) => [what, plain(users)]));
  }
}

const plain = (users: ReadonlySet<Workload>): Users => ({
  workloads: users.size,
  tools: [...new Set(Array.from(users, ({ namespace }) => namespace))],
  first: firstOf(users).map(workloadName),
});

/** The first `MOST_NAMED` users in order. Sorting thousands of users for ten names at each scrape would delay reviews of Pods. */
function firstOf(users: Iterable<Workload>): Workload[] {
  const first: Workload[] = [];
  for (const user of users) {
    const before = first.findLastIndex((other) => inOrder(other, user) < 0) + 1;
    first.splice(before, 0, user);
    if (first.length > MOST_NAMED) first.pop();
  }
  return first;
}

/** `tool-wikibugs/Deployment/web`. */
export const workloadName = ({ namespace, kind, name }: Workload): string => `${namespace}/${kind}/${name}`;

/** How many root owners have an image that the catalog does not list, by its classification. */
export function unlistedImages(
  index: UsageIndex,
  classify: (use: ImageUse) => ImageClassification,
): ReadonlyMap<string, number> {
  const found = new Map<string, Set<Workload>>(unlisted.map((kind) => [kind, new Set()]));
  for (const { images, workloads } of index.used()) {
    const kinds = new Set(images.map((image) => classify(image).kind));
    for (const kind of kinds)
      for (const workload of workloads) found.get(kind)?.add(index.rootOwnerOf(workload).workload);
  }
  return new Map(Array.from(found, ([kind, roots]) => [kind, roots.size]));
}

const unlisted = [
  'orphaned',
  'removed',
  'unknown',
  'built',
] as const satisfies readonly ImageClassification['kind'][];
