import type { ServeSettings } from '../../settings.ts';
import type { Io } from '../io.ts';
import { type CatalogOptions, type ServedCatalog, watchedCatalog } from './catalog.ts';
import { type CertificateOptions, type ServingCertificate, selfSignedCertificate } from './certificate.ts';

/** Where the catalog comes from and, when no directory is given, the certificate. */
export interface Sources {
  /** For the log. */
  readonly about: Readonly<Record<string, string>>;
  readonly catalog: (options: CatalogOptions) => ServedCatalog;
  readonly certificate: (options: CertificateOptions) => ServingCertificate;
  close(): Promise<void>;
}

/** A file and a self-signed pair, or a cluster with both. */
export async function sourcesOf(settings: ServeSettings, env: Io['env']): Promise<Sources> {
  if (settings.catalog !== undefined) return fileSources(settings.catalog);
  // Only where there is a cluster: its client takes a while to load, and much memory.
  const { clusterSources } = await import('./cluster.ts');
  return clusterSources(settings.cluster, env);
}

const fileSources = (file: string): Sources => ({
  about: { file },
  catalog: (options) => watchedCatalog(file, options),
  certificate: selfSignedCertificate,
  close: () => Promise.resolve(),
});
