import type { Catalog } from '../../catalog/entry.ts';
import type { ClientPrecedence } from '../../catalog/lookup.ts';
import { type AskOptions, askCatalog, catalogIn } from '../ask-catalog.ts';
import type { CommandResult } from '../command-result.ts';
import type { Io } from '../io.ts';
import { type ClusterAccessFlags, clusterAccessOf } from '../options/cluster-access.ts';
import { policyOf } from '../options/shared.ts';
import { catalogOfSite } from './catalog-of-site.ts';

export interface CheckedByOptions extends AskOptions, ClusterAccessFlags {
  readonly precedence: ClientPrecedence;
}

/** The catalog to check by: of a file, of a site, or without `--catalog` of the cluster. For a bad one, the result that says so. */
export async function catalogToCheckBy(options: CheckedByOptions, io: Io): Promise<Catalog | CommandResult> {
  const { catalog } = options;
  if (catalog === undefined) return catalogOfCluster(options, io);
  return /^https?:\/\//.test(catalog)
    ? catalogIn(await catalogOfSite(catalog), options, io)
    : askCatalog(options, io);
}

const HINT = '--catalog takes a file, or the address of a site, and needs no cluster';

/** Loads the Kubernetes client only here: with `--catalog` the verb starts without it. */
async function catalogOfCluster(options: CheckedByOptions, io: Io): Promise<Catalog | CommandResult> {
  const { connectCluster } = await import('../connect-cluster.ts');
  const { catalogInForce } = await import('../audit/catalog-in-force.ts');
  const cluster = connectCluster(clusterAccessOf(options), io.env, HINT);
  try {
    const terms = {
      policy: policyOf(options),
      precedence: options.precedence,
      today: options.today ?? io.today(),
    };
    const inForce = await catalogInForce(cluster, undefined, terms, io);
    return 'exitCode' in inForce ? inForce : inForce.catalog;
  } finally {
    await cluster.close();
  }
}
