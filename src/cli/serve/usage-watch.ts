import { workloadKinds } from '../../catalog/kubernetes-objects.ts';
import type { Lookup } from '../../catalog/lookup.ts';
import { type Usage, unknownUsage } from '../../catalog/usage.ts';
import type { Cluster, WatchHealth } from '../../cluster/cluster.ts';
import type { Log } from '../../log.ts';
import type { Metrics } from '../../server/metrics/metrics.ts';
import type { UsageFacts } from '../../server/metrics/usage.ts';
import { type ImageClassification, imageClassifier } from '../../usage/image-classification.ts';
import { type AnnotationTrust, readWorkload } from '../../usage/read-workload.ts';
import { type CollectionChange, UsageIndex } from '../../usage/usage-index.ts';
import { unlistedImages, usageOf } from '../../usage/usage-of.ts';
import type { ImageUse, Workload } from '../../usage/workload.ts';
import { toolNamespaces, workloadCollections } from '../collections.ts';
import { watchHealth } from './watch-health.ts';

export interface UsageWatchOptions {
  /** A label selector for the namespaces of tools. */
  readonly tools: string;
  readonly podAnnotations: AnnotationTrust;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Milliseconds of a monotonic clock. */
  readonly uptime: () => number;
}

/**
 * Milliseconds after which a silent watch counts as stale. Each watch begins a new request every two minutes, also when
 * nothing changes. Stale usage is no reason to deny an edit.
 */
const STALE = 5 * 60_000;

/** Watches the workloads of a cluster and resolves their usage with the catalog that is served. */
export class UsageWatch {
  readonly index = new UsageIndex();
  readonly #log: Log;
  readonly #uptime: () => number;
  /** When each watch last had a heartbeat, by name. */
  readonly #heartbeats = new Map<string, number>();
  #wasComplete = false;
  #classifying:
    | { readonly lookup: Lookup; readonly classify: (use: ImageUse) => ImageClassification }
    | undefined;
  #lastUsage: { readonly lookup: Lookup; readonly version: number; readonly usage: Usage } | undefined;

  constructor(cluster: Cluster, options: UsageWatchOptions) {
    this.#log = options.log;
    this.#uptime = options.uptime;
    cluster.watchCollection(toolNamespaces(options.tools), {
      ...this.#health('namespaces', options),
      keep: () => undefined,
      onChange: (change) => this.#take(() => this.index.applyTools(change)),
    });
    for (const [kind, collection] of workloadCollections())
      cluster.watchCollection(collection, {
        ...this.#health(workloadKinds[kind].plural, options),
        keep: (object) => readWorkload(kind, object, this.index.imageSets, options.podAnnotations),
        onChange: (change: CollectionChange<Workload>) => this.#take(() => this.index.apply(kind, change)),
      });
  }

  /** Whether every collection was listed, and no watch is stale. */
  get known(): boolean {
    const now = this.#uptime();
    return (
      this.index.complete && [...this.#heartbeats.values()].every((heartbeat) => now - heartbeat < STALE)
    );
  }

  /** Classifies images with this catalog. The classifier is cached for the last catalog. */
  classifier(lookup: Lookup): (use: ImageUse) => ImageClassification {
    if (this.#classifying?.lookup !== lookup)
      this.#classifying = { lookup, classify: imageClassifier(lookup) };
    return this.#classifying.classify;
  }

  /** The usage of the catalog's entries; unknown until all collections are listed, and while a watch is stale. */
  usage(lookup: Lookup | undefined): Usage {
    if (!lookup || !this.known) return unknownUsage;
    const { version } = this.index;
    if (this.#lastUsage?.lookup !== lookup || this.#lastUsage.version !== version)
      this.#lastUsage = {
        lookup,
        version,
        usage: {
          ...usageOf(this.index, this.classifier(lookup), lookup.clientOf),
          judgedBy: lookup.catalog.digest,
        },
      };
    return this.#lastUsage.usage;
  }

  /** The usage as the metrics show it. */
  facts(lookup: Lookup | undefined): UsageFacts {
    const { known, entries } = this.usage(lookup);
    // Returns no numbers instead of zeros or old ones: an admin may remove an entry that the metrics call unused.
    if (!lookup || !known)
      return { known: false, entries: [], unlisted: new Map(), objects: this.index.counts };
    return {
      known,
      entries: lookup.catalog.entries.map(({ name }) => {
        const { workloads = 0, tools = [] } = entries.get(name) ?? {};
        return { name, workloads, tools: tools.length };
      }),
      unlisted: unlistedImages(this.index, this.classifier(lookup)),
      objects: this.index.counts,
    };
  }

  #health(watch: string, { log, metrics, uptime }: UsageWatchOptions): WatchHealth {
    const { onHeartbeat, onTrouble } = watchHealth(watch, log, metrics);
    this.#heartbeats.set(watch, uptime());
    return {
      onTrouble,
      onHeartbeat: () => {
        this.#heartbeats.set(watch, uptime());
        onHeartbeat();
      },
    };
  }

  #take(change: () => void): void {
    change();
    if (this.#wasComplete || !this.index.complete) return;
    this.#wasComplete = true;
    this.#log.info({ usage: Object.fromEntries(this.index.counts) }, 'usage index synced');
  }
}
