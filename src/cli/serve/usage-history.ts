import type { Lookup } from '../../catalog/lookup.ts';
import type { Usage } from '../../catalog/usage.ts';
import { pause } from '../../cluster/back-off.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import type { ConfigMapStore } from '../../cluster/config-map-store.ts';
import { type HistoryLine, historyLine } from '../../history/line.ts';
import { faultsInWords, lineKey, readHistory } from '../../history/read.ts';
import { recordLine } from '../../history/record.ts';
import type { Log } from '../../log.ts';
import { historyConfigMap } from '../../settings.ts';

interface HistoryWriterOptions {
  readonly usage: { readonly usage: (lookup: Lookup) => Usage };
  readonly lookup: () => Lookup | undefined;
  /** Whether this replica leads. Called before each write. */
  readonly leading: () => boolean;
  readonly now: () => Date;
  readonly log: Log;
}

/** Records the history of use in a ConfigMap of our own namespace while this replica leads, until the cluster is closed. */
export function recordUsageHistory(
  cluster: Cluster,
  options: HistoryWriterOptions & { readonly namespace: string },
): void {
  const { namespace } = options;
  const { name } = historyConfigMap;
  const store = cluster.configMapStore(namespace, name);
  void new UsageHistory({ ...options, store, label: `${namespace}/${name}` }).run(cluster.signal);
}

export interface UsageHistoryOptions extends HistoryWriterOptions {
  readonly store: Pick<ConfigMapStore, 'read' | 'write'>;
  /** Namespace and name of the ConfigMap, for messages. */
  readonly label: string;
}

/** Milliseconds between two passes. A pass costs nothing once the day and the catalog have their line. */
const EVERY = 5_000;

/** Milliseconds after a failure. Even the last minute of a day has an attempt. */
const AFTER_FAILURE = 30_000;

/**
 * Records the use of each image once a day and once for each new catalog. What is stored decides what is missing, so neither a
 * restart nor another replica repeats a line.
 */
export class UsageHistory {
  readonly #options: UsageHistoryOptions;
  /** The key of the line that was stored last. */
  #recorded: string | undefined;
  #lastFault: string | undefined;

  constructor(options: UsageHistoryOptions) {
    this.#options = options;
  }

  /** Makes passes until the signal. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.recordDue();
      await pause(this.#lastFault === undefined ? EVERY : AFTER_FAILURE, signal);
    }
  }

  /** One pass: records the line that is due. After a conflict the next pass reads again. Never rejects. */
  async recordDue(): Promise<void> {
    const { lookup, now, leading } = this.#options;
    try {
      const catalog = lookup();
      if (!catalog || !leading()) return;
      const day = now().toISOString().slice(0, 10);
      if (this.#recorded === lineKey({ day, digest: catalog.catalog.digest })) return;
      const line = this.#lineOf(day, catalog);
      if (!line) return;
      if (await this.#record(line)) this.#recorded = lineKey(line);
      this.#lastFault = undefined;
    } catch (error) {
      // A replica that shuts down no longer leads, and its call was aborted.
      if (leading()) this.#report(error instanceof Error ? error.message : String(error));
    }
  }

  /** Undefined while use is not known: the day gets its line later, or has a gap. */
  #lineOf(day: string, lookup: Lookup): HistoryLine | undefined {
    const { known, entries } = this.#options.usage.usage(lookup);
    if (!known) return undefined;
    const counts = Array.from(
      entries,
      ([name, { tools, workloads }]) => [name, { tools: tools.length, workloads }] as const,
    );
    return historyLine(day, lookup.catalog.digest, counts);
  }

  /** False if another client was faster, or leads now. */
  async #record(line: HistoryLine): Promise<boolean> {
    const { store, leading, label, log } = this.#options;
    const stored = await store.read();
    if (!stored)
      throw new Error(
        `there is no ConfigMap ${label}; the chart creates it: upgrade the release, or apply the manifests`,
      );
    const text = stored.data[historyConfigMap.key] ?? '';
    const faults = faultsInWords(readHistory(text, line.day).faults);
    if (faults.length > 0) log.warn({ history: { place: label, faults } }, 'history has faulty lines');
    const longer = recordLine(text, line);
    if (longer === text) return true;
    if (!leading() || !(await store.write(stored, { [historyConfigMap.key]: longer }))) return false;
    log.info({ history: { place: label, day: line.day, images: line.images.size } }, 'history recorded');
    return true;
  }

  /** Logs a fault once, until it is over or changes. */
  #report(fault: string): void {
    const { label, log } = this.#options;
    if (fault !== this.#lastFault) log.warn({ history: { place: label, fault } }, 'history not recorded');
    this.#lastFault = fault;
  }
}
