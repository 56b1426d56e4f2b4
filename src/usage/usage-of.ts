import type { Usage } from '../catalog/changes.ts';
import type { Use } from '../catalog/problem.ts';
import type { Standing } from './standing.ts';
import type { UsageIndex } from './usage-index.ts';
import { type ImageUse, inOrder, type Workload } from './workload.ts';

/** Who uses what of a catalog, for the rules that judge a change of it. Workloads are those on top: a Deployment, not its Pods. */
export function usageOf(index: UsageIndex, standingOf: (use: ImageUse) => Standing): Usage {
  const entries = new Tally();
  const shortNames = new Tally();
  const urls = new Tally();
  for (const { images, workloads } of index.used()) {
    const tops = new Set(Array.from(workloads, (workload) => index.topOf(workload).workload));
    for (const image of images) {
      const standing = standingOf(image);
      if (standing.kind !== 'listed') continue;
      entries.add(standing.entry.name, tops);
      const { shortName, hostAlias, gets } = standing;
      if (shortName !== undefined) shortNames.add(shortName, tops);
      if (hostAlias !== undefined) shortNames.add(hostAlias, tops);
      if (gets !== undefined) urls.add(gets, tops);
    }
  }
  return { known: true, entries: entries.uses(), shortNames: shortNames.uses(), urls: urls.uses() };
}

/** As many as a message names. */
const NAMED = 10;

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

  uses(): Map<string, Use> {
    return new Map(Array.from(this.#users, ([what, users]) => [what, useBy(users)]));
  }
}

const useBy = (users: ReadonlySet<Workload>): Use => ({
  known: true,
  workloads: users.size,
  tools: new Set(Array.from(users, ({ namespace }) => namespace)).size,
  first: firstOf(users).map(nameOf),
});

/** Not by sorting all of them: thousands for ten names, at each scrape, would be felt by Pods. */
function firstOf(users: Iterable<Workload>): Workload[] {
  const first: Workload[] = [];
  for (const user of users) {
    const before = first.findLastIndex((other) => inOrder(other, user) < 0) + 1;
    if (before === NAMED) continue;
    first.splice(before, 0, user);
    if (first.length > NAMED) first.pop();
  }
  return first;
}

/** `tool-wikibugs/Deployment/web`. */
export const nameOf = ({ namespace, kind, name }: Workload): string => `${namespace}/${kind}/${name}`;
