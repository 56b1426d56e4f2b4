import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { AnswerFacts } from '../admission/answer.ts';

/** What the server tells of itself. prom-client stays in this file; labels come from fixed sets and the catalog only. */
export interface Metrics {
  review(path: string, facts: AnswerFacts, milliseconds: number): void;
  readonly connectionDropped: () => void;
  /** Asked at each scrape. */
  watchBytesInFlight(held: () => number): void;
  catalogServed(
    catalog: { readonly digest: string; readonly states: ReadonlyMap<string, number> },
    now: Date,
  ): void;
  /** Whether answers come from the newest text; a newest text that is none counts as a failure to load. */
  catalogNewest(newest: boolean): void;
  catalogLoadFailed(): void;
  certificateServed(notAfter: Date): void;
  certificateReloadFailed(): void;
  /** The Secret with the certificates was changed by us; the steps are few and fixed. */
  certificateStep(step: string): void;
  /** Webhook configurations whose caBundle was written. */
  caBundlesWritten(count: number): void;
  /** Called at each scrape: seconds since the last heartbeat of the API server, by watch. */
  watchSilence(watch: string, seconds: () => number): void;
  /** Asked at each scrape. */
  watchUsage(facts: () => UsageFacts): void;
  /** An Event cost so many writes. */
  eventWritten(reason: string, writes: number): void;
  eventFailed(): void;
  /** Events that are due and not recorded yet. */
  eventsWaiting(count: number): void;
  /** Whether it is this replica that writes Events about usage. */
  eventsLeading(leading: boolean): void;
  readonly contentType: string;
  /** The exposition format. */
  text(): Promise<string>;
}

/** Who uses what, in numbers. */
export interface UsageFacts {
  readonly known: boolean;
  /** By the canonical names of the catalog that is served; those that nobody uses have zeros. */
  readonly entries: Iterable<{ readonly name: string; readonly workloads: number; readonly tools: number }>;
  /** Workloads with an image that the catalog does not list, by what it is instead. */
  readonly unlisted: ReadonlyMap<string, number>;
  /** Objects held, by kind. */
  readonly objects: ReadonlyMap<string, number>;
}

const NO_USAGE: UsageFacts = { known: false, entries: [], unlisted: new Map(), objects: new Map() };

/** Answers take 0.1 ms to a few; the slowest ones end with the webhook's timeout of 5 s. */
const SECONDS = [0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** What is counted under one set of labels. */
interface Series {
  readonly labels: Readonly<Record<'path' | 'operation' | 'verdict', string>>;
  readonly observe: (seconds: number) => void;
  /** Reviews that the counter has not been told of. */
  untold: number;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });

  const reviewLabels = ['path', 'operation', 'verdict'] as const;
  const series = new Map<string, Series>();
  new Counter({
    name: 'image_config_admission_reviews_total',
    help: 'Reviews by path, operation and verdict. A new Pod under the path that ends in short-names is counted under that of all Pods, too. rejected: no readable review; failed: our fault, or no catalog yet',
    labelNames: reviewLabels,
    registers,
    // prom-client checks and hashes the labels at each call: for the counter once a scrape is enough.
    collect() {
      for (const one of series.values()) {
        this.inc(one.labels, one.untold);
        one.untold = 0;
      }
    },
  });
  const durations = new Histogram({
    name: 'image_config_admission_review_duration_seconds',
    help: 'From the headers of a review to its answer',
    labelNames: reviewLabels,
    buckets: SECONDS,
    registers,
  });
  let bytesInFlight = (): number => 0;
  new Gauge({
    name: 'image_config_admission_body_bytes_in_flight',
    help: 'Bytes of reviews that are held, and of answers that were not taken yet',
    registers,
    collect() {
      this.set(bytesInFlight());
    },
  });
  const dropped = new Counter({
    name: 'image_config_admission_connections_dropped_total',
    help: 'Connections closed because there were too many',
    registers,
  });
  const entries = new Gauge({
    name: 'image_config_admission_catalog_entries',
    help: 'Entries of the catalog that is served, by state',
    labelNames: ['state'] as const,
    registers,
  });
  const info = new Gauge({
    name: 'image_config_admission_catalog_info',
    help: '1, with the digest of the catalog that is served',
    labelNames: ['digest'] as const,
    registers,
  });
  const newest = new Gauge({
    name: 'image_config_admission_catalog_newest_served',
    help: '1 while the newest text of the catalog is the one that is served, 0 while an older one or none is',
    registers,
  });
  const loaded = new Gauge({
    name: 'image_config_admission_catalog_last_load_success_timestamp_seconds',
    help: 'When the catalog that is served was loaded',
    registers,
  });
  const loadFailures = new Counter({
    name: 'image_config_admission_catalog_load_failures_total',
    help: 'Texts of the catalog that were not loaded: invalid, unreadable or not checked to the end',
    registers,
  });
  const expiry = new Gauge({
    name: 'image_config_admission_certificate_expiry_timestamp_seconds',
    help: 'When the serving certificate expires; 0 while there is none',
    registers,
  });
  const reloadFailures = new Counter({
    name: 'image_config_admission_certificate_reload_failures_total',
    help: 'Pairs of certificate and key that were not loaded',
    registers,
  });

  const steps = new Counter({
    name: 'image_config_admission_certificate_steps_total',
    help: 'Changes of the Secret with the certificates, by what was done',
    labelNames: ['step'] as const,
    registers,
  });
  const bundles = new Counter({
    name: 'image_config_admission_ca_bundles_written_total',
    help: 'Webhook configurations whose caBundle was updated',
    registers,
  });
  const silences = new Map<string, () => number>();
  new Gauge({
    name: 'image_config_admission_watch_silence_seconds',
    help: 'Time since the last heartbeat of the API server, by what is watched; above 130 the watch is dead',
    labelNames: ['watch'] as const,
    registers,
    collect() {
      for (const [watch, seconds] of silences) this.set({ watch }, seconds());
    },
  });

  let usage = (): UsageFacts => NO_USAGE;
  const entryTools = new Gauge({
    name: 'image_config_admission_entry_tools',
    help: 'Tools that use an entry of the catalog that is served',
    labelNames: ['name'] as const,
    registers,
  });
  const unlisted = new Gauge({
    name: 'image_config_admission_outside_workloads',
    help: 'Workloads of tools with an image that the catalog does not list. orphaned: of an entry, as it was once; removed: of an entry that is gone; built: by the build service',
    labelNames: ['standing'] as const,
    registers,
  });
  const objects = new Gauge({
    name: 'image_config_admission_usage_objects',
    help: 'Objects in the usage index, by kind',
    labelNames: ['kind'] as const,
    registers,
  });
  const known = new Gauge({
    name: 'image_config_admission_usage_known',
    help: '1 while the usage index is synced, 0 while removals are allowed with a warning',
    registers,
  });
  const entryWorkloads = new Gauge({
    name: 'image_config_admission_entry_workloads',
    help: 'Workloads of tools that use an entry of the catalog that is served; a Deployment with its Pods is one',
    labelNames: ['name'] as const,
    registers,
  });
  const readUsage = (): void => {
    const facts = usage();
    known.set(facts.known ? 1 : 0);
    for (const gauge of [entryWorkloads, entryTools]) gauge.reset();
    unlisted.reset();
    for (const { name, workloads, tools } of facts.entries) {
      entryWorkloads.set({ name }, workloads);
      entryTools.set({ name }, tools);
    }
    for (const [standing, count] of facts.unlisted) unlisted.set({ standing }, count);
    for (const [kind, count] of facts.objects) objects.set({ kind }, count);
  };
  const eventWrites = new Counter({
    name: 'image_config_admission_event_writes_total',
    help: 'Writes of Events about usage, by reason',
    labelNames: ['reason'] as const,
    registers,
  });
  const eventFailures = new Counter({
    name: 'image_config_admission_event_failures_total',
    help: 'Events about usage that could not be recorded, and are tried again',
    registers,
  });
  const eventsWaiting = new Gauge({
    name: 'image_config_admission_events_waiting',
    help: 'Events about usage that are due and not recorded yet',
    registers,
  });
  const leader = new Gauge({
    name: 'image_config_admission_events_leader',
    help: '1 in the replica that leads and records Events about usage',
    registers,
  });

  const seriesOf = (path: string, operation: string, verdict: string): Series => {
    const key = `${path} ${operation} ${verdict}`;
    let one = series.get(key);
    if (!one) {
      const labels = { path, operation, verdict };
      const histogram = durations.labels(labels);
      one = { labels, observe: (seconds) => histogram.observe(seconds), untold: 0 };
      series.set(key, one);
    }
    return one;
  };

  return {
    review(path, { operation, verdict }, milliseconds) {
      const one = seriesOf(path, operation ?? 'none', verdict);
      one.untold += 1;
      one.observe(milliseconds / 1000);
    },
    connectionDropped: () => dropped.inc(),
    watchBytesInFlight(held) {
      bytesInFlight = held;
    },
    catalogServed({ digest, states }, now) {
      info.reset();
      info.set({ digest }, 1);
      entries.reset();
      for (const [state, number] of states) entries.set({ state }, number);
      loaded.set(now.getTime() / 1000);
    },
    catalogNewest: (isNewest) => newest.set(isNewest ? 1 : 0),
    catalogLoadFailed: () => loadFailures.inc(),
    certificateServed: (notAfter) => expiry.set(notAfter.getTime() / 1000),
    certificateReloadFailed: () => reloadFailures.inc(),
    certificateStep: (step) => steps.inc({ step }),
    caBundlesWritten: (count) => bundles.inc(count),
    watchSilence(watch, seconds) {
      silences.set(watch, seconds);
    },
    watchUsage(facts) {
      usage = facts;
    },
    eventWritten: (reason, writes) => eventWrites.inc({ reason }, writes),
    eventFailed: () => eventFailures.inc(),
    eventsWaiting: (count) => eventsWaiting.set(count),
    eventsLeading: (leading) => leader.set(leading ? 1 : 0),
    contentType: registry.contentType,
    text() {
      readUsage();
      return registry.metrics();
    },
  };
}
