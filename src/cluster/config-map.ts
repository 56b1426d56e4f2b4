import type { KubernetesObject } from './collection.ts';
import { type ObjectOptions, ObjectWatch } from './object-watch.ts';

/** What is read of a ConfigMap. */
export interface ConfigMap {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly data: Readonly<Record<string, string>>;
}

export type ConfigMapOptions = Omit<ObjectOptions<ConfigMap>, 'path' | 'keep'> & {
  readonly namespace: string;
};

/** One ConfigMap, whenever it changes. */
export const configMapWatch = ({ namespace, ...options }: ConfigMapOptions): ObjectWatch<ConfigMap> =>
  new ObjectWatch({ ...options, path: `/api/v1/namespaces/${namespace}/configmaps`, keep: readConfigMap });

function readConfigMap(object: KubernetesObject): ConfigMap {
  const { metadata, data } = object as WireConfigMap;
  const { namespace = '', name, uid, annotations } = metadata;
  return { namespace, name, uid, annotations: annotations ?? {}, data: data ?? {} };
}

/** Without the entry, Kubernetes leaves out the whole field. */
type WireConfigMap = KubernetesObject & {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
  readonly data?: Readonly<Record<string, string>>;
};
