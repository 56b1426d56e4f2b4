import { Counter, Gauge, type Registry } from 'prom-client';
import { type Catalog, isDeprecated } from '../../catalog/entry.ts';

export type CatalogMetrics = ReturnType<typeof catalogMetrics>;

/** The catalog that is served, its entries, and whether it is the newest one. */
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
  const outdated = new Gauge({
    name: 'image_config_admission_catalog_outdated_since_timestamp_seconds',
    help: 'Unix time since which the newest text of the catalog is invalid, unreadable or absent; 0 while it is served.',
    registers,
  });
  const loaded = new Gauge({
    name: 'image_config_admission_catalog_last_load_success_timestamp_seconds',
    help: 'Unix time at which the catalog that is served was loaded; 0 while none is.',
    registers,
  });
  const failures = new Counter({
    name: 'image_config_admission_catalog_load_failures_total',
    help: 'Texts of the catalog that were not loaded: invalid, unreadable, or the check failed.',
    registers,
  });
  const entryInfo = new Gauge({
    name: 'image_config_admission_entry_info',
    help: '1 for each entry of the catalog that is served; replacement is empty where the entry has none.',
    labelNames: ['name', 'state', 'replacement'] as const,
    registers,
  });
  const removal = new Gauge({
    name: 'image_config_admission_entry_removal_timestamp_seconds',
    help: 'Unix time at which the removal date of a deprecated entry begins, in UTC. Entries without a date have no series.',
    labelNames: ['name'] as const,
    registers,
  });
  let outdatedSince: Date | undefined;

  return {
    catalogServed(catalog: Catalog, now: Date): void {
      for (const gauge of [info, entries, entryInfo, removal]) gauge.reset();
      info.set({ digest: catalog.digest }, 1);
      for (const entry of catalog.entries) {
        const { name, state, deprecation } = entry;
        entries.inc({ state });
        entryInfo.set({ name, state, replacement: deprecation?.replacement ?? '' }, 1);
        if (isDeprecated(entry) && deprecation?.removal !== undefined)
          removal.set({ name }, Date.parse(deprecation.removal) / 1000);
      }
      loaded.set(now.getTime() / 1000);
    },
    /** Whether the newest text is the one that is served. */
    catalogNewest(isNewest: boolean, now: Date): void {
      newest.set(isNewest ? 1 : 0);
      outdatedSince = isNewest ? undefined : (outdatedSince ?? now);
      outdated.set((outdatedSince?.getTime() ?? 0) / 1000);
    },
    catalogLoadFailed: (): void => failures.inc(),
  };
}
