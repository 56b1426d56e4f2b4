import { annotationTrustOf } from '../collections.ts';
import { connectCluster } from '../connect-cluster.ts';
import type { Io } from '../io.ts';
import { clusterAccessOf } from '../options/cluster-access.ts';
import type { CatalogOptions } from '../serve/catalog.ts';
import { observedCatalog } from '../serve/cluster-catalog.ts';
import { historyInCluster } from './history-store.ts';
import { CLUSTER_HINT, type SiteOptions } from './options.ts';
import { type SiteSource, servedSource } from './source.ts';

/** Milliseconds for which a list of workloads is shown: a busy cluster changes many times a second. */
const USE_SHOWN = 5_000;

/** Watches the catalog and the workloads of a cluster with the rights of the user, as `serve` does. It writes nothing. */
export function clusterSource(options: SiteOptions, env: Io['env'], common: CatalogOptions): SiteSource {
  const cluster = connectCluster(clusterAccessOf(options), env, CLUSTER_HINT);
  const { served } = observedCatalog(cluster, {
    ...common,
    tools: options.toolSelector,
    podAnnotations: annotationTrustOf(options.podsByUrl),
  });
  const source = servedSource({ server: cluster.server }, served, atMostEvery(USE_SHOWN, served.use));
  return {
    ...source,
    history: historyInCluster(cluster),
    async close() {
      await Promise.all([source.close(), cluster.close()]);
    },
  };
}

/** Calls the function again only after so many milliseconds. */
function atMostEvery<Value>(milliseconds: number, value: () => Value): () => Value {
  let last: { readonly at: number; readonly value: Value } | undefined;
  return () => {
    const now = performance.now();
    if (!last || now - last.at >= milliseconds) last = { at: now, value: value() };
    return last.value;
  };
}
