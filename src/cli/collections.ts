import { type WorkloadKind, workloadKinds } from '../catalog/kubernetes-objects.ts';
import type { Collection } from '../cluster/collection.ts';
import type { PodsByUrl } from '../settings.ts';
import type { AnnotationTrust } from '../usage/read-workload.ts';

/** Whether usage is read from the annotations on Pods, too, or only from their images. */
export const annotationTrustOf = (podsByUrl: PodsByUrl): AnnotationTrust =>
  podsByUrl === 'skip' ? 'ignored' : 'read';

/** The namespaces of tools, selected by label. */
export const toolNamespaces = (selector: string): Collection => ({
  path: '/api/v1/namespaces',
  labelSelector: selector,
});

/** The collections of the API that usage is read from, in all namespaces or in one. */
export const workloadCollections = (namespace?: string): ReadonlyMap<WorkloadKind, Collection> =>
  new Map(
    (Object.keys(workloadKinds) as WorkloadKind[]).map((kind) => {
      const { apiVersion, plural } = workloadKinds[kind];
      const group = apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`;
      return [
        kind,
        { path: `${group}${namespace === undefined ? '' : `/namespaces/${namespace}`}/${plural}` },
      ];
    }),
  );
