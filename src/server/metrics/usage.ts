import { Gauge, type Registry } from 'prom-client';

/** The numbers of the usage index. */
export interface UsageFacts {
  readonly known: boolean;
  /** By the canonical names of the catalog that is served; entries that no workload uses have zeros. */
  readonly entries: Iterable<{ readonly name: string; readonly workloads: number; readonly tools: number }>;
  /** Workloads with an image that the catalog does not list, by the classification of that image. */
  readonly unlisted: ReadonlyMap<string, number>;
  /** Objects in the index, by kind. */
  readonly objects: ReadonlyMap<string, number>;
}

const NO_USAGE: UsageFacts = { known: false, entries: [], unlisted: new Map(), objects: new Map() };

/** Which workloads use which images. */
export function usageMetrics(registry: Registry) {
  const registers = [registry];
  let usage = (): UsageFacts => NO_USAGE;
  // prom-client collects in the order of registration. This gauge sets the others before they are collected, so one scrape
  // computes the usage once.
  new Gauge({
    name: 'image_config_admission_usage_known',
    help: '1 while the usage index is synced, 0 while removals are allowed with a warning.',
    registers,
    collect() {
      const facts = usage();
      this.set(facts.known ? 1 : 0);
      for (const gauge of [entryWorkloads, entryTools, unlisted]) gauge.reset();
      for (const { name, workloads, tools } of facts.entries) {
        entryWorkloads.set({ name }, workloads);
        entryTools.set({ name }, tools);
      }
      for (const [standing, count] of facts.unlisted) unlisted.set({ standing }, count);
      for (const [kind, count] of facts.objects) objects.set({ kind }, count);
    },
  });
  const entryWorkloads = new Gauge({
    name: 'image_config_admission_entry_workloads',
    help: 'Workloads of tools that use an entry of the catalog that is served. A Deployment with its Pods is one.',
    labelNames: ['name'] as const,
    registers,
  });
  const entryTools = new Gauge({
    name: 'image_config_admission_entry_tools',
    help: 'Tools that use an entry of the catalog that is served.',
    labelNames: ['name'] as const,
    registers,
  });
  const unlisted = new Gauge({
    name: 'image_config_admission_outside_workloads',
    help: 'Workloads of tools with an image that the catalog does not list. orphaned: an earlier image of an entry; removed: the image of a removed entry; built: an image of the build service.',
    labelNames: ['standing'] as const,
    registers,
  });
  const objects = new Gauge({
    name: 'image_config_admission_usage_objects',
    help: 'Objects in the usage index, by kind.',
    labelNames: ['kind'] as const,
    registers,
  });

  return {
    /** Called at each scrape. */
    watchUsage(facts: () => UsageFacts): void {
      usage = facts;
    },
  };
}
