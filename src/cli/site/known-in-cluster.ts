import { buildLookup } from '../../catalog/lookup.ts';
import { imageClassifier } from '../../usage/image-classification.ts';
import { catalogInForce } from '../audit/catalog-in-force.ts';
import { progressOn } from '../audit/progress.ts';
import { survey } from '../audit/survey.ts';
import { annotationTrustOf } from '../collections.ts';
import type { CommandResult } from '../command-result.ts';
import { connectCluster } from '../connect-cluster.ts';
import type { Io } from '../io.ts';
import { clusterAccessOf } from '../options/cluster-access.ts';
import { policyOf } from '../options/shared.ts';
import { toolWorkloads } from '../tool-workloads.ts';
import { historyInCluster, storedHistory } from './history-store.ts';
import type { KnownOptions, KnownTerms } from './options.ts';
import type { Known } from './source.ts';

/** Lists the catalog and all workloads of a cluster once, with the rights of the user, as `audit` does. */
export async function knownInCluster(
  options: KnownOptions,
  { hint, history }: KnownTerms,
  io: Io,
): Promise<Known | CommandResult> {
  const { toolSelector, podsByUrl, precedence } = options;
  const cluster = connectCluster(clusterAccessOf(options), io.env, hint);
  try {
    const terms = { policy: policyOf(options), precedence, today: io.today() };
    const inForce = await catalogInForce(cluster, undefined, terms, io);
    if ('exitCode' in inForce) return inForce;
    const scope = { namespace: undefined, toolSelector, podAnnotations: annotationTrustOf(podsByUrl) };
    const index = await survey(cluster, scope, progressOn(io.stderr));
    const lookup = buildLookup(inForce.catalog, precedence);
    const use = { known: true, workloads: toolWorkloads(index, imageClassifier(lookup)) } as const;
    if (!history) return { lookup, use };
    return { lookup, use, history: await storedHistory(historyInCluster(cluster), terms.today, io) };
  } finally {
    await cluster.close();
  }
}
