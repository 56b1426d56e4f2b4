import { isNotFound, undefinedIf } from './api-error.ts';
import type { KubernetesObject } from './collection.ts';
import type { Connection } from './connection.ts';
import { type ObjectOptions, ObjectWatch } from './object-watch.ts';

/** The fields of a ConfigMap that this program reads. */
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

/** Reads a ConfigMap once; undefined if it does not exist. Rejects as `Connection.call` does. */
export async function getConfigMap(call: ConfigMapCall): Promise<ConfigMap | undefined> {
  const { connection, signal } = call;
  const found = await undefinedIf(isNotFound, connection.call({ path: configMapPath(call), signal }));
  return found === undefined ? undefined : readConfigMap(found as KubernetesObject);
}

/** Watches a ConfigMap. */
export const configMapWatch = ({ namespace, ...options }: ConfigMapOptions): ObjectWatch<ConfigMap> =>
  new ObjectWatch({ ...options, path: pathIn(namespace), keep: readConfigMap });

export const configMapPath = ({ namespace, name }: Pick<ConfigMapCall, 'namespace' | 'name'>): string =>
  `${pathIn(namespace)}/${name}`;

const pathIn = (namespace: string): string => `/api/v1/namespaces/${namespace}/configmaps`;

function readConfigMap(object: KubernetesObject): ConfigMap {
  const { metadata, data } = object as WireConfigMap;
  const { namespace = '', name, uid, annotations } = metadata;
  return { namespace, name, uid, annotations: annotations ?? {}, data: data ?? {} };
}

/** Kubernetes omits an empty `annotations` or `data`. */
type WireConfigMap = KubernetesObject & {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
  readonly data?: Readonly<Record<string, string>>;
};
