import { isNotFound } from './api-error.ts';
import type { KubernetesObject } from './collection.ts';
import type { Connection } from './connection.ts';
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

export interface ConfigMapCall {
  readonly connection: Connection;
  readonly namespace: string;
  readonly name: string;
  readonly signal: AbortSignal;
}

/** One ConfigMap, as it is; undefined where there is none. Rejects as a call does. */
export async function getConfigMap({
  connection,
  namespace,
  name,
  signal,
}: ConfigMapCall): Promise<ConfigMap | undefined> {
  try {
    const found = await connection.call({ path: `${pathIn(namespace)}/${name}`, signal });
    return readConfigMap(found as KubernetesObject);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** One ConfigMap, whenever it changes. */
export const configMapWatch = ({ namespace, ...options }: ConfigMapOptions): ObjectWatch<ConfigMap> =>
  new ObjectWatch({ ...options, path: pathIn(namespace), keep: readConfigMap });

const pathIn = (namespace: string): string => `/api/v1/namespaces/${namespace}/configmaps`;

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
