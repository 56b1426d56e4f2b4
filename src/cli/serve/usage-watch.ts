import { workloadKinds } from '../../catalog/kubernetes-objects.ts';
import type { Lookup } from '../../catalog/lookup.ts';
import { type Usage, unknownUsage } from '../../catalog/usage.ts';
import type { Cluster, WatchHealth } from '../../cluster/cluster.ts';
import type { Log } from '../../log.ts';
import type { Metrics } from '../../server/metrics/metrics.ts';
import type { UsageFacts } from '../../server/metrics/usage.ts';
import { type SiteUse, secondOf, useNotKnown } from '../../site/use.ts';
import { type ImageClassification, imageClassifier } from '../../usage/image-classification.ts';
import { type AnnotationTrust, readWorkload } from '../../usage/read-workload.ts';
import { type CollectionChange, UsageIndex } from '../../usage/usage-index.ts';
import { unlistedImages, usageOf } from '../../usage/usage-of.ts';
import type { ImageUse, Workload } from '../../usage/workload.ts';
import { toolNamespaces, workloadCollections } from '../collections.ts';
import { toolWorkloads } from '../tool-workloads.ts';
import { watchHealth } from './watch-health.ts';

export interface UsageWatchOptions {
  /** A label selector for the namespaces of tools. */
  readonly tools: string;
  readonly podAnnotations: AnnotationTrust;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly now: () => Date;
  /** Milliseconds of a monotonic clock. */
  readonly uptime: () => number;
}

/**
 * Milliseconds after which a silent watch counts as stale. Each watch begins a new request every two minutes, also when
 * nothing changes. Stale usage is no reason to deny an edit.
 */
const STALE = 5 * 60_000;

interface Heartbeat {
  readonly uptime: number;
  readonly at: Date;
}

/** Watches the workloads of a cluster and resolves their usage with the catalog that is served. */
export class UsageWatch {
  readonly index = new UsageIndex();
  readonly #log: Log;
  readonly #uptime: () => number;
  readonly #now: () => Date;
  /** When each watch last had a heartbeat, by name. */
  readonly #heartbeats = new Map<string, Heartbeat>();
  #wasComplete = false;
  /** When the usage last became known; before that, the start. */
  #since: Date;
  #classifying:
    | { readonly lookup: Lookup; readonly classify: (use: ImageUse) => ImageClassification }
    | undefined;
  #lastUsage: { readonly lookup: Lookup; readonly version: number; readonly usage: Usage } | undefined;
  #lastUse: { readonly lookup: Lookup; readonly version: number; readonly use: SiteUse } | undefined;
  #lastUnknown: SiteUse = useNotKnown;

  constructor(cluster: Cluster, options: UsageWatchOptions) {
    this.#log = options.log;
    this.#uptime = options.uptime;
    this.#now = options.now;
    this.#since = options.now();
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
    return this.index.complete && [...this.#heartbeats.values()].every(({ uptime }) => now - uptime < STALE);
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
          catalogDigest: lookup.catalog.digest,
        },
      };
    return this.#lastUsage.usage;
  }

  /** The use as the site shows it; the same value while nothing changed. */
  use(lookup: Lookup | undefined): SiteUse {
    if (!lookup) return useNotKnown;
    if (!this.known) return this.#unknown();
    const { version } = this.index;
    const since = secondOf(this.#since);
    const last = this.#lastUse;
    if (last?.lookup !== lookup || last.version !== version || last.use.since !== since) {
      const workloads = toolWorkloads(this.index, this.classifier(lookup));
      this.#lastUse = { lookup, version, use: { known: true, since, workloads } };
    }
    return (this.#lastUse as NonNullable<typeof last>).use;
  }

  #unknown(): SiteUse {
    const beats = [...this.#heartbeats.values()];
    const unknown: SiteUse = this.index.complete
      ? {
          known: false,
          since: secondOf(beats.reduce((one, other) => (one.uptime <= other.uptime ? one : other)).at),
          why: 'a watch of the cluster is silent',
        }
      : { known: false, since: secondOf(this.#since), why: 'the workloads are not all listed yet' };
    if (JSON.stringify(unknown) !== JSON.stringify(this.#lastUnknown)) this.#lastUnknown = unknown;
    return this.#lastUnknown;
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

  #health(watch: string, { log, metrics, now, uptime }: UsageWatchOptions): WatchHealth {
    const { onHeartbeat, onTrouble } = watchHealth(watch, log, metrics);
    this.#heartbeats.set(watch, { uptime: uptime(), at: now() });
    return {
      onTrouble,
      onHeartbeat: () => {
        const wasKnown = this.known;
        this.#heartbeats.set(watch, { uptime: uptime(), at: now() });
        if (!wasKnown && this.known) this.#since = now();
        onHeartbeat();
      },
    };
  }

  #take(change: () => void): void {
    change();
    if (this.#wasComplete || !this.index.complete) return;
    this.#wasComplete = true;
    this.#since = this.#now();
    this.#log.info({ usage: Object.fromEntries(this.index.counts) }, 'usage index synced');
  }
}
