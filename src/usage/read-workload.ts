import {
  type ContainerList,
  containerLists,
  type StringMap,
  textAt,
  type WorkloadKind,
  workloadKinds,
} from '../catalog/kubernetes-objects.ts';
import { annotationKeys, CLIENT_LABEL } from '../catalog/public-names.ts';
import { sameImages } from './same-images.ts';
import { type ImageUse, type Owner, VOLUME, type Workload } from './workload.ts';

/**
 * Whether our annotations on Pods count. Where Pods without a short name are not sent to the webhooks, no one corrects
 * a user's own annotations on them.
 */
export type AnnotationTrust = 'read' | 'ignored';

/** What is kept of an object that an API server sent: no more than is asked of ten thousand of them. */
export function readWorkload(
  kind: WorkloadKind,
  object: object,
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
    scaledDown: kind !== 'Pod' && (spec?.replicas === 0 || spec?.suspend === true),
    images: sameImages(
      countsAsUse(kind, owner, status)
        ? imagesOf(templateOf(kind, metadata, spec), kind === 'Pod' && podAnnotations === 'read')
        : [],
    ),
  };
}

/** Whether it runs something itself, or will: and is neither over nor only a step between a controller and its Pods. */
function countsAsUse(kind: WorkloadKind, owner: Owner | undefined, status: WireWorkload['status']): boolean {
  switch (kind) {
    case 'Pod':
      return status?.phase !== 'Succeeded' && status?.phase !== 'Failed';
    // Old ones stay for a rollback, and are no use: what still runs of them are Pods.
    case 'ReplicaSet':
      return owner === undefined;
    case 'Job':
      return owner === undefined && !isOver(status?.conditions);
    case 'Deployment':
    case 'StatefulSet':
    case 'DaemonSet':
    case 'CronJob':
      return true;
  }
}

/** kubernetes.io, "Jobs", "Terminal Job conditions". */
const isOver = (conditions: readonly WireCondition[] | null | undefined): boolean =>
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
  // Admission writes our annotations on Pods and corrects them there; on a template any client may have written them.
  const annotations = readsAnnotations ? metadata?.annotations : undefined;
  const containers = containerLists.flatMap((list) =>
    (spec?.[list] ?? []).flatMap(({ name, image }): ImageUse[] =>
      image
        ? [
            {
              container: name,
              list,
              image: bounded(image, LONGEST_IMAGE),
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
 * Image volumes by URL. A short name is no use of its entry: no kubelet resolves it, so removing the entry takes nothing from
 * the Pod, which never starts.
 */
const imageVolumes = (spec: WireTemplate['spec'], client: string | undefined): ImageUse[] =>
  (spec?.volumes ?? []).flatMap(({ name, image }) =>
    image?.reference?.includes('/')
      ? [
          {
            container: `${VOLUME}${name}`,
            list: 'volumes' as const,
            image: bounded(image.reference, LONGEST_IMAGE),
            client,
            requested: undefined,
            recorded: undefined,
          },
        ]
      : [],
  );

/** No short name of a catalog is longer (`invalid-name`). */
const shortNameAt = (annotations: StringMap, key: string): string | undefined => {
  const name = textAt(annotations, key);
  return name === undefined || name.length > 63 ? undefined : name;
};

/** No URL of a catalog is half as long, and the API server bounds none: one tool must not fill the memory of all replicas. */
const LONGEST_IMAGE = 512;

const bounded = (text: string, longest: number): string =>
  text.length > longest ? `${text.slice(0, longest)}…` : text;

/** An object has at most one: the API server sees to that. */
function controllerOf({ ownerReferences }: WireMetadata): Owner | undefined {
  const reference = (ownerReferences ?? []).find(({ controller }) => controller === true);
  if (!reference) return undefined;
  const { apiVersion, kind, name, uid } = reference;
  // Nobody follows a reference to anything else, and the API server bounds none of these texts.
  const followed = Object.hasOwn(workloadKinds, kind) && kind !== 'Pod';
  return followed && workloadKinds[kind as WorkloadKind].apiVersion === apiVersion
    ? { apiVersion, kind, name: bounded(name, 253), uid: bounded(uid, 128) }
    : UNFOLLOWED;
}

/** A controller that nobody watches, or that is a Pod: what it made stands alone here. */
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

/** All kinds at once: what one of them has not is absent. */
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
