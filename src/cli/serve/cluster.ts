import { type ClusterSettings, ownName } from '../../settings.ts';
import { annotationTrustOf } from '../collections.ts';
import { connectCluster } from '../connect-cluster.ts';
import type { Io } from '../io.ts';
import { clusterCatalog } from './cluster-catalog.ts';
import { managedCertificate } from './managed-certificate.ts';
import type { Sources } from './sources.ts';

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
