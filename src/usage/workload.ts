import type { ContainerList } from '../catalog/kubernetes-objects.ts';

/** The image of one container or image volume, in a Pod or a Pod template. */
export interface ImageUse {
  /** The container's name, or `volume NAME`: a container name has no space. */
  readonly container: string;
  readonly list: ContainerList | 'volumes';
  /** As written: a URL with or without a tag, or a short name that the Pod's admission will resolve. */
  readonly image: string;
  /** The label `app.kubernetes.io/managed-by`. */
  readonly client: string | undefined;
  /** The short name that admission replaced, from the Pod's annotations. */
  readonly requested: string | undefined;
  /** The canonical name at admission, from the Pod's annotations. */
  readonly recorded: string | undefined;
}

/** Prefix of a volume's name in a list of container names. */
export const VOLUME = 'volume ';

/** The controller of an object, from its `metadata.ownerReferences`. */
export interface Owner {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
}

/** The part of a Pod, or of an object with a Pod template, that the index keeps. */
export interface Workload extends Owner {
  readonly namespace: string;
  /** `metadata.creationTimestamp`: milliseconds since 1970, NaN if absent. */
  readonly since: number;
  readonly owner: Owner | undefined;
  /** `replicas: 0` or `suspend: true`: the template counts as use, but nothing of it runs. */
  readonly scaledDown: boolean;
  /** Empty for an object that does not count as use: a finished Pod, or a ReplicaSet of a Deployment. */
  readonly images: readonly ImageUse[];
}

/** Comparator: by namespace, kind and name. */
export const inOrder = (one: Workload, other: Workload): number =>
  compareTexts(one.namespace, other.namespace) ||
  compareTexts(one.kind, other.kind) ||
  compareTexts(one.name, other.name);

/** Comparator by code units, as `sort` without an argument: the same order in every locale. */
export const compareTexts = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
