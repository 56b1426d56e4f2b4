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
  /** Labels of the namespaces that are tools'. */
  readonly tools: string;
  readonly podAnnotations: AnnotationTrust;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Milliseconds of a clock that is never set. */
  readonly uptime: () => number;
}

/**
 * Milliseconds. Each watch asks anew every two minutes, whether or not anything happens. One that has heard nothing for so
 * long is cut off, and what it knew is no ground to refuse an edit.
 */
const STALE = 5 * 60_000;

/** Who uses what in a cluster, kept up to date, and judged by whichever catalog is served. */
export class UsageWatch {
  readonly index = new UsageIndex();
  readonly #log: Log;
  readonly #uptime: () => number;
  /** When each watch last heard anything. */
  readonly #heard = new Map<string, number>();
  #wasComplete = false;
  #judging:
    | { readonly lookup: Lookup; readonly classify: (use: ImageUse) => ImageClassification }
    | undefined;
  #judged: { readonly lookup: Lookup; readonly version: number; readonly usage: Usage } | undefined;

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

  /** Whether all has been listed, and is still being heard of. */
  get known(): boolean {
    const now = this.#uptime();
    return this.index.complete && [...this.#heard.values()].every((heard) => now - heard < STALE);
  }

  /** What each image is to this catalog. */
  classifier(lookup: Lookup): (use: ImageUse) => ImageClassification {
    if (this.#judging?.lookup !== lookup) this.#judging = { lookup, classify: imageClassifier(lookup) };
    return this.#judging.classify;
  }

  usage(lookup: Lookup | undefined): Usage {
    if (!lookup || !this.known) return unknownUsage;
    const { version } = this.index;
    if (this.#judged?.lookup !== lookup || this.#judged.version !== version)
      this.#judged = {
        lookup,
        version,
        usage: {
          ...usageOf(this.index, this.classifier(lookup), lookup.clientOf),
          judgedBy: lookup.catalog.digest,
        },
      };
    return this.#judged.usage;
  }

  facts(lookup: Lookup | undefined): UsageFacts {
    const { known, entries } = this.usage(lookup);
    // No numbers rather than zeros, or old ones: somebody may remove what they say that nobody uses.
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
    this.#heard.set(watch, uptime());
    return {
      onTrouble,
      onHeartbeat: () => {
        this.#heard.set(watch, uptime());
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
