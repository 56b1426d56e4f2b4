import { Counter, Gauge, type Registry } from 'prom-client';

export type CatalogMetrics = ReturnType<typeof catalogMetrics>;

/** The catalog that is served, and whether it is the newest one. */
export function catalogMetrics(registry: Registry) {
  const registers = [registry];
  const entries = new Gauge({
    name: 'image_config_admission_catalog_entries',
    help: 'Entries of the catalog that is served, by state.',
    labelNames: ['state'] as const,
    registers,
  });
  const info = new Gauge({
    name: 'image_config_admission_catalog_info',
    help: '1, with the digest of the catalog that is served.',
    labelNames: ['digest'] as const,
    registers,
  });
  const newest = new Gauge({
    name: 'image_config_admission_catalog_newest_served',
    help: '1 while the newest text of the catalog is served, 0 while an older one or none is.',
    registers,
  });
  const loaded = new Gauge({
    name: 'image_config_admission_catalog_last_load_success_timestamp_seconds',
    help: 'Unix time at which the catalog that is served was loaded.',
    registers,
  });
  const failures = new Counter({
    name: 'image_config_admission_catalog_load_failures_total',
    help: 'Texts of the catalog that were not loaded: invalid, unreadable, or the check failed.',
    registers,
  });

  return {
    catalogServed(
      { digest, states }: { readonly digest: string; readonly states: ReadonlyMap<string, number> },
      now: Date,
    ): void {
      info.reset();
      info.set({ digest }, 1);
      entries.reset();
      for (const [state, count] of states) entries.set({ state }, count);
      loaded.set(now.getTime() / 1000);
    },
    /** Whether the newest text is the one that is served. */
    catalogNewest: (isNewest: boolean): void => newest.set(isNewest ? 1 : 0),
    catalogLoadFailed: (): void => failures.inc(),
  };
}
