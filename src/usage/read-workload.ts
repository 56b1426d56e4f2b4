import {
  type ContainerList,
  containerLists,
  type StringMap,
  textAt,
  type WorkloadKind,
  workloadKinds,
} from '../catalog/kubernetes-objects.ts';
import { annotationKeys, CLIENT_LABEL } from '../catalog/public-names.ts';
import type { ImageSets } from './usage-index.ts';
import { type ImageUse, type Owner, VOLUME, type Workload } from './workload.ts';

/**
 * Whether our annotations on Pods are trusted. If Pods without a short name bypass the webhooks, users can write these
 * annotations themselves and nothing corrects them.
 */
export type AnnotationTrust = 'read' | 'ignored';

/**
 * Reduces an object from the API server to a `Workload`, small enough to keep for ten thousand Pods. Equal image lists
 * become one object of `imageSets`.
 */
export function readWorkload(
  kind: WorkloadKind,
  object: object,
  imageSets: ImageSets,
  podAnnotations: AnnotationTrust = 'read',
): Workload {
  const { metadata, spec, status } = object as WireWorkload;
  const owner = controllerOf(metadata);
  return {
    kind,
    apiVersion: workloadKinds[kind].apiVersion,
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    uid: metadata.uid,
    since: Date.parse(metadata.creationTimestamp ?? ''),
    owner,
    scaledDown: spec?.replicas === 0 || spec?.suspend === true,
    images: imageSets.intern(
      countsAsUse(kind, owner, status)
        ? imagesOf(templateOf(kind, metadata, spec), kind === 'Pod' && podAnnotations === 'read')
        : [],
    ),
  };
}

/** False for finished objects, and for objects between a controller and its Pods. */
function countsAsUse(kind: WorkloadKind, owner: Owner | undefined, status: WireWorkload['status']): boolean {
  switch (kind) {
    case 'Pod':
      return status?.phase !== 'Succeeded' && status?.phase !== 'Failed';
    // A Deployment keeps old ReplicaSets for a rollback. Their running Pods count by themselves.
    case 'ReplicaSet':
      return owner === undefined;
    case 'Job':
      return owner === undefined && !isFinished(status?.conditions);
    case 'Deployment':
    case 'StatefulSet':
    case 'DaemonSet':
    case 'CronJob':
      return true;
  }
}

/** kubernetes.io, "Jobs", "Terminal Job conditions". */
const isFinished = (conditions: readonly WireCondition[] | null | undefined): boolean =>
  (conditions ?? []).some(
    ({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True',
  );

function templateOf(kind: WorkloadKind, metadata: WireMetadata, spec: WireWorkload['spec']): WireTemplate {
  switch (kind) {
    case 'Pod':
      return { metadata, spec };
    case 'CronJob':
      return spec?.jobTemplate?.spec?.template ?? {};
    case 'Deployment':
    case 'ReplicaSet':
    case 'StatefulSet':
    case 'DaemonSet':
    case 'Job':
      return spec?.template ?? {};
  }
}

function imagesOf({ metadata, spec }: WireTemplate, readsAnnotations: boolean): ImageUse[] {
  const client = textAt(metadata?.labels, CLIENT_LABEL);
  // Admission writes our annotations on Pods and corrects them there. On a template, any client may have written them.
  const annotations = readsAnnotations ? metadata?.annotations : undefined;
  const containers = containerLists.flatMap((list) =>
    (spec?.[list] ?? []).flatMap(({ name, image }): ImageUse[] =>
      image
        ? [
            {
              container: name,
              list,
              image: bounded(image, MAX_IMAGE_LENGTH),
              client,
              requested: shortNameAt(annotations, annotationKeys.requested(name)),
              recorded: shortNameAt(annotations, annotationKeys.name(name)),
            },
          ]
        : [],
    ),
  );
  return [...containers, ...imageVolumes(spec, client)];
}

/**
 * Image volumes with a URL. A volume with a short name does not count as use: the kubelet cannot resolve it, so the Pod
 * never starts, with the entry or without it.
 */
const imageVolumes = (spec: WireTemplate['spec'], client: string | undefined): ImageUse[] =>
  (spec?.volumes ?? []).flatMap(({ name, image }) =>
    image?.reference?.includes('/')
      ? [
          {
            container: `${VOLUME}${name}`,
            list: 'volumes' as const,
            image: bounded(image.reference, MAX_IMAGE_LENGTH),
            client,
            requested: undefined,
            recorded: undefined,
          },
        ]
      : [],
  );

/**
 * A short name without `:latest`; `requested` may have it, since it is recorded as the user wrote it. A text of more than 63
 * characters is ignored: no short name of a catalog is that long (`invalid-name`).
 */
const shortNameAt = (annotations: StringMap, key: string): string | undefined => {
  const name = textAt(annotations, key)?.replace(/:latest$/, '');
  return name === undefined || name.length > 63 ? undefined : name;
};

/**
 * Characters. A catalog's URLs have less than half as many. The API server sets no limit, and one tool must not fill the
 * memory of all replicas.
 */
const MAX_IMAGE_LENGTH = 512;

const bounded = (text: string, maxLength: number): string =>
  text.length > maxLength ? `${text.slice(0, maxLength)}…` : text;

/** The API server allows at most one controller per object. */
function controllerOf({ ownerReferences }: WireMetadata): Owner | undefined {
  const reference = (ownerReferences ?? []).find(({ controller }) => controller === true);
  if (!reference) return undefined;
  const { apiVersion, kind, name, uid } = reference;
  // `rootOwnerOf` follows these kinds alone, and the API server does not limit the length of these texts.
  const followed = Object.hasOwn(workloadKinds, kind) && kind !== 'Pod';
  return followed && workloadKinds[kind as WorkloadKind].apiVersion === apiVersion
    ? { apiVersion, kind, name: bounded(name, 253), uid: bounded(uid, 128) }
    : UNFOLLOWED;
}

/** A controller of a kind that is not watched, or a Pod: the object counts as its own root owner. */
const UNFOLLOWED: Owner = { apiVersion: '', kind: '', name: '', uid: '' };

interface WireMetadata {
  readonly name: string;
  readonly namespace?: string;
  readonly uid: string;
  readonly creationTimestamp?: string | null;
  readonly labels?: StringMap;
  readonly annotations?: StringMap;
  readonly ownerReferences?: readonly (Owner & { readonly controller?: boolean | null })[] | null;
}

interface WireTemplate {
  readonly metadata?: Pick<WireMetadata, 'labels' | 'annotations'> | null;
  readonly spec?: WirePodSpec | null | undefined;
}

type WirePodSpec = {
  readonly [list in ContainerList]?:
    | readonly { readonly name: string; readonly image?: string | null }[]
    | null;
} & {
  readonly volumes?:
    | readonly { readonly name: string; readonly image?: { readonly reference?: string | null } | null }[]
    | null;
};

interface WireCondition {
  readonly type: string;
  readonly status: string;
}

/** The fields of all kinds; each kind has some of them. */
interface WireWorkload {
  readonly metadata: WireMetadata;
  readonly spec?:
    | (WirePodSpec & {
        readonly replicas?: number | null;
        readonly suspend?: boolean | null;
        readonly template?: WireTemplate | null;
        readonly jobTemplate?: { readonly spec?: { readonly template?: WireTemplate | null } | null } | null;
      })
    | null;
  readonly status?: {
    readonly phase?: string | null;
    readonly conditions?: readonly WireCondition[] | null;
  } | null;
}
