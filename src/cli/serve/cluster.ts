import { type ClusterSettings, ownName } from '../../settings.ts';
import { annotationTrustOf } from '../collections.ts';
import { connectCluster } from '../connect-cluster.ts';
import type { Io } from '../io.ts';
import type { CatalogOptions, ServedCatalog } from './catalog.ts';
import type { CertificateOptions, ServingCertificate } from './certificate.ts';
import { clusterCatalog } from './cluster-catalog.ts';
import { managedCertificate } from './managed-certificate.ts';

/** The sources of catalog and certificate. */
export interface Sources {
  /** Where the catalog comes from, for the log. */
  readonly about: Readonly<Record<string, string>>;
  readonly catalog: (options: CatalogOptions) => ServedCatalog;
  readonly certificate: (options: CertificateOptions) => ServingCertificate;
  close(): Promise<void>;
}

/** The sources in a cluster: the ConfigMap, and certificates in a Secret. It sends no request yet. */
export function clusterSources(settings: ClusterSettings, env: Io['env']): Sources {
  const { service, certificates, events, toolSelector: tools } = settings;
  const podAnnotations = annotationTrustOf(settings.podsByUrl);
  const cluster = connectCluster(settings.access, env, '--catalog FILE serves a file without a cluster');
  const namespace = settings.namespace ?? cluster.namespace ?? ownName;
  return {
    about: { server: cluster.server, namespace },
    catalog: (options) => clusterCatalog(cluster, { ...options, events, tools, podAnnotations, namespace }),
    certificate: (options) =>
      managedCertificate(cluster, { ...options, settings: certificates, namespace, service }),
    close: () => cluster.close(),
  };
}
