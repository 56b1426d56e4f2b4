import type { Collection } from '../cluster/collection.ts';
import { defaultToolSelector } from '../settings.ts';
import { type WorkloadKind, workloadKinds } from '../usage/workload.ts';
import { Setting } from './setting.ts';
import { labelSelector } from './values.ts';

export const toolSelectorSetting = new Setting('--tool-selector <labels>', "labels of tools' namespaces")
  .default(defaultToolSelector)
  .parser(labelSelector);

/** The namespaces of tools, by their labels. */
export const toolNamespaces = (selector: string): Collection => ({
  path: '/api/v1/namespaces',
  labelSelector: selector,
});

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
