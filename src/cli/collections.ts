import { type WorkloadKind, workloadKinds } from '../catalog/kubernetes-objects.ts';
import type { Collection } from '../cluster/collection.ts';
import { defaultToolSelector, type PodsByUrl } from '../settings.ts';
import type { AnnotationTrust } from '../usage/read-workload.ts';
import { Setting } from './options/setting.ts';
import { labelSelector } from './options/values.ts';

export const toolSelectorSetting = new Setting('--tool-selector <labels>', "labels of tools' namespaces")
  .default(defaultToolSelector)
  .parser(labelSelector);

export const podsByUrlSetting = new Setting(
  '--pods-by-url <what>',
  'what Pods without a short name get: facts, or no call (skip: as podWebhooks.byUrl of the chart; facts on Pods are not read)',
)
  .choices(['facts', 'skip'])
  .default('facts');

/** Whether use goes by the facts on Pods, too, or by their images alone. */
export const annotationTrustOf = (podsByUrl: PodsByUrl): AnnotationTrust =>
  podsByUrl === 'skip' ? 'ignored' : 'read';

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
