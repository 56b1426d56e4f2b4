/** The metadata that every Kubernetes object has, in its JSON form. */
export interface KubernetesObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid: string;
    readonly resourceVersion: string;
  };
}

/** The path and selectors of a list or watch. */
export interface Collection {
  /** Such as /api/v1/namespaces/tf-public/configmaps. */
  readonly path: string;
  readonly fieldSelector?: string;
  readonly labelSelector?: string;
}

/** `namespace/name`, or the name alone for a cluster-scoped object. */
export const keyOf = ({ metadata: { namespace, name } }: KubernetesObject): string =>
  namespace === undefined ? name : `${namespace}/${name}`;

/**
 * A collection of one object. RBAC rules with `resourceNames` allow a list or a watch only with exactly this selector
 * (kubernetes.io, "Using RBAC Authorization", "Referring to resources").
 */
export const onlyNamed = (path: string, name: string): Collection => ({
  path,
  fieldSelector: `metadata.name=${name}`,
});
