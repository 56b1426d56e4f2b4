import type { ContainerList } from '../catalog/kubernetes-objects.ts';

/** The image of one container or image volume, as it stands in a Pod or in the template of one. */
export interface ImageUse {
  /** Its name, or `volume NAME`: no container has a name with a space. */
  readonly container: string;
  readonly list: ContainerList | 'volumes';
  /** As it is written: a URL with or without a tag, or a short name that a Pod's admission is still to resolve. */
  readonly image: string;
  /** Who asks: the label `app.kubernetes.io/managed-by`. */
  readonly client: string | undefined;
  /** The short name that was asked for, as the annotations of the Pod say. */
  readonly requested: string | undefined;
  /** The canonical name at admission, as the annotations of the Pod say. */
  readonly recorded: string | undefined;
}

/** What stands before the name of a volume where containers stand by their names. */
export const VOLUME = 'volume ';

/** What is known of an object by the reference of another one to its controller. */
export interface Owner {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
}

/** What is kept of a Pod, or of an object with a template of one. */
export interface Workload extends Owner {
  readonly namespace: string;
  /** When it was made: milliseconds since 1970. */
  readonly since: number;
  /** The controller that made it, if one did. */
  readonly owner: Owner | undefined;
  /** Whether it is told to make no Pods: such a template is in use, but nothing of it runs. */
  readonly scaledDown: boolean;
  /** Empty where nothing of it runs or will run: a Pod that has ended, a ReplicaSet that a Deployment speaks for. */
  readonly images: readonly ImageUse[];
}

/** By tool, kind and name. */
export const inOrder = (one: Workload, other: Workload): number =>
  compareTexts(one.namespace, other.namespace) ||
  compareTexts(one.kind, other.kind) ||
  compareTexts(one.name, other.name);

/** By code units, as `sort` does: the same order in every locale. */
export const compareTexts = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
