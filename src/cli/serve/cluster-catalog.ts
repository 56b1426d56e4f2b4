import { IMAGE_CONFIG } from '../../catalog/public-names.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import type { ConfigMap } from '../../cluster/config-map.ts';
import type { ObservedObject } from '../../cluster/object-watch.ts';
import type { LoadReport } from '../../server/catalog-thread-client.ts';
import type { ObservedCatalog } from '../../server/live-catalog.ts';
import type { EventSettings } from '../../settings.ts';
import type { AnnotationTrust } from '../../usage/read-workload.ts';
import { type CatalogOptions, type CatalogSource, type ServedCatalog, servedCatalog } from './catalog.ts';
import { catalogEvents, EventRecorder } from './catalog-events.ts';
import { electWriter } from './elect-writer.ts';
import { recordUsageEvents } from './usage-events.ts';
import { recordUsageHistory } from './usage-history.ts';
import { UsageWatch } from './usage-watch.ts';
import { watchHealth } from './watch-health.ts';

/** The options of a catalog in a cluster, for a program that only reads. */
export interface ObservedCatalogOptions extends CatalogOptions {
  /** A label selector for the namespaces of tools. */
  readonly tools: string;
  readonly podAnnotations: AnnotationTrust;
}

export interface ClusterCatalogOptions extends ObservedCatalogOptions {
  readonly events: EventSettings;
  /** Our own namespace, which holds the Lease. */
  readonly namespace: string;
}

/**
 * Serves the catalog in the ConfigMap of a cluster, and watches its usage. It records Events about the catalog on the
 * ConfigMap, Events about deprecated images on the workloads that run them, and the history of use.
 */
export function clusterCatalog(cluster: Cluster, options: ClusterCatalogOptions): ServedCatalog {
  const { events, log, now } = options;
  const recorder = new EventRecorder(async (event) => void (await cluster.recordEvent(event, now())), log);
  const { served, usage } = observedCatalog(cluster, options, (object, report) =>
    recorder.recordAll(catalogEvents(object, report)),
  );
  const election = electWriter(cluster, options);
  const writer = { ...options, usage, lookup: served.lookup, leading: () => election.leading };
  recordUsageEvents(cluster, { ...writer, perMinute: events.perMinute });
  recordUsageHistory(cluster, writer);
  return served;
}

/** The same without any write. `onValidated` gets each stored catalog with its report, and must not reject. */
export function observedCatalog(
  cluster: Cluster,
  options: ObservedCatalogOptions,
  onValidated: (object: ConfigMap, report: LoadReport) => Promise<void> = () => Promise.resolve(),
): { readonly served: ServedCatalog; readonly usage: UsageWatch } {
  const { tools, podAnnotations, log, metrics, now } = options;
  const usage = new UsageWatch(cluster, {
    tools,
    podAnnotations,
    log,
    metrics,
    now,
    uptime: () => performance.now(),
  });
  let validated: { readonly text: string; readonly report: LoadReport } | undefined;
  const served = servedCatalog(options, {
    usage: (lookup) => usage.usage(lookup),
    use: (lookup) => usage.use(lookup),
    onValidated(text, report) {
      validated = { text, report };
    },
    from: (offer) =>
      watchCluster(cluster, options, async (observed) => {
        await offer(catalogFrom(observed));
        // Skips a report about a later text, which has its own observation.
        if (observed.kind === 'found' && validated && validated.text === textIn(observed.object))
          await onValidated(observed.object, validated.report);
      }),
  });
  metrics.watchUsage(() => usage.facts(served.lookup()));
  return { served, usage };
}

/** Calls `onObserved` with each observation, also with an equal one. `onObserved` must not reject. */
function watchCluster(
  cluster: Cluster,
  { log, metrics }: CatalogOptions,
  onObserved: (observed: ObservedObject<ConfigMap>) => Promise<void>,
): CatalogSource {
  const { namespace, name } = IMAGE_CONFIG;
  const { onHeartbeat, onTrouble } = watchHealth(`${namespace}/${name}`, log, metrics);
  const attempted = new Promise<void>((resolve) => {
    cluster.watchConfigMap({
      namespace,
      name,
      onObserved: (observed) => void onObserved(observed).then(resolve),
      onHeartbeat,
      onTrouble: ({ error, pause }) => onTrouble(error, pause),
    });
  });
  // `Cluster.close` ends the watches.
  return { attempted, close: () => {} };
}

const textIn = ({ data }: ConfigMap): string | undefined => data[IMAGE_CONFIG.key];

function catalogFrom(observed: ObservedObject<ConfigMap>): ObservedCatalog {
  if (observed.kind === 'absent') return { kind: 'absent' };
  if (observed.kind === 'refused') return { kind: 'unreadable', fault: observed.fault, seen: false };
  const text = textIn(observed.object);
  if (text !== undefined) return { kind: 'text', text };
  const { namespace, name } = observed.object;
  return {
    kind: 'unreadable',
    fault: `${namespace}/${name} has no ${IMAGE_CONFIG.key} in its data`,
    seen: true,
  };
}
