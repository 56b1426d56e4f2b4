import type { Collection } from '../cluster/collection.ts';
import { type WorkloadKind, workloadKinds } from '../usage/workload.ts';

/** The namespaces of tools, as maintain-kubeusers labels them. */
export const toolNamespaces: Collection = { path: '/api/v1/namespaces', labelSelector: 'tenancy=tool' };

/** Where in the API usage is read from: in all namespaces, or in one. */
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
