import { IMAGE_CONFIG } from '../../catalog/public-names.ts';
import { unknownUsage } from '../../catalog/usage.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import { startCatalogThread } from '../../server/catalog-thread-client.ts';
import type { Io } from '../io.ts';
import { clusterAccessOf } from '../options/cluster-access.ts';
import type { CatalogOptions } from '../serve/catalog.ts';
import { watchHealth } from '../serve/watch-health.ts';
import { historyInCluster } from './history-store.ts';
import type { SiteOptions } from './options.ts';
import { readState } from './read-state.ts';
import type { SiteSource } from './source.ts';
import { type CatalogTerms, StateSource } from './state-source.ts';

interface FollowOptions extends CatalogOptions {
  /** Milliseconds between two readings. */
  readonly stateEvery: number;
}

/** Follows the state at this place until `close`. */
export async function followState(
  place: string,
  options: SiteOptions,
  { env, today }: Pick<Io, 'env' | 'today'>,
  { settings: ownTerms, thread: file, now, log, metrics, stateEvery }: FollowOptions,
): Promise<SiteSource> {
  const cluster = await clusterOf(options, env);
  let terms: CatalogTerms = ownTerms;
  const context = () => ({ ...terms, today: today(), usage: unknownUsage, enforce: true });
  const thread = startCatalogThread({ file, context });
  const source = new StateSource({
    read: (etag, signal) => readState(place, etag, signal),
    catalogText: cluster && (() => catalogTextIn(cluster)),
    terms: ownTerms,
    load(text, its) {
      terms = its;
      return thread.load(text);
    },
    every: stateEvery,
    now,
    health: watchHealth('state', log, metrics),
  });
  const stop = new AbortController();
  let ended = Promise.resolve();
  const attempted = new Promise<void>((resolve) => {
    ended = source.run(stop.signal, resolve);
  });
  return {
    about: { state: place },
    shown: () => source.shown,
    attempted,
    ...(cluster && { history: historyInCluster(cluster) }),
    async close() {
      stop.abort();
      await Promise.all([ended, thread.close(), cluster?.close()]);
    },
  };
}

/** The cluster in which the program runs, or which an option names. A state can be read without any cluster. */
async function clusterOf(options: SiteOptions, env: Io['env']): Promise<Cluster | undefined> {
  const { kubeconfig, context } = options;
  if ((kubeconfig ?? context ?? env.KUBERNETES_SERVICE_HOST) === undefined) return undefined;
  const { connectCluster } = await import('../connect-cluster.ts');
  return connectCluster(clusterAccessOf(options), env, 'without a cluster, --state URL is enough');
}

async function catalogTextIn(cluster: Cluster): Promise<string | undefined> {
  const { namespace, name, key } = IMAGE_CONFIG;
  return (await cluster.configMap(namespace, name))?.data[key];
}
