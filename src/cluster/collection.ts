/** What every object of Kubernetes has, as it comes over the wire. */
export interface KubernetesObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid: string;
    readonly resourceVersion: string;
  };
}

/** The objects that are asked for. */
export interface Collection {
  /** Such as /api/v1/namespaces/tf-public/configmaps. */
  readonly path: string;
  readonly fieldSelector?: string;
  readonly labelSelector?: string;
}

/** How an object is known here: `namespace/name`, or its name alone where it belongs to no namespace. */
export const keyOf = ({ metadata: { namespace, name } }: KubernetesObject): string =>
  namespace === undefined ? name : `${namespace}/${name}`;

/**
 * One object as a collection: RBAC that allows a list or a watch by `resourceNames` looks for the name in just this
 * selector (kubernetes.io, "Using RBAC Authorization", "Referring to resources").
 */
export const onlyNamed = (path: string, name: string): Collection => ({
  path,
  fieldSelector: `metadata.name=${name}`,
});
