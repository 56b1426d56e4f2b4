import { type ContainerList, containerLists, textAt } from '../catalog/kubernetes-objects.ts';
import { CLIENT_LABEL } from '../catalog/public-names.ts';
import { type ImageVolume, imageVolumesOf } from './image-volumes.ts';
import { type Container, containersOf, decodePod, type Pod, seenIn } from './pod.ts';
import type { AdmissionRequest } from './review.ts';
import { type RunningContainer, runningIn } from './running.ts';
import { hasRequest, type WebhookRules, wrongRule } from './webhook-rules.ts';

/** The images that a Pod, or a template of Pods, asks for. */
export interface RequestedImages {
  readonly pod: Pod;
  /** The value of the label that names the client. */
  readonly client: string | undefined;
  /** The containers that have an image and that this request can change. */
  readonly containers: readonly Container[];
  /** Whether the Pod already had this container with this image, so that the request asks for nothing new. */
  readonly seen: (container: Container) => boolean;
  /** The container of the same list and name as it was before. */
  readonly running: (container: Container) => RunningContainer | undefined;
  /** The image volumes that the request adds. */
  readonly volumes: readonly ImageVolume[];
}

export interface PodChange extends RequestedImages {
  /** False for `pods/ephemeralcontainers`: there the API server drops changes of metadata. */
  readonly keepsMetadata: boolean;
}

/** A request that is allowed as it is, and why. */
export interface Untouched {
  readonly untouched: string;
  readonly pod?: Pod;
}

/** Reads a review of a Pod. Throws a BadReview about any other request. */
export function readPodChange(request: AdmissionRequest, webhook: WebhookRules): PodChange | Untouched {
  const { operation, resource, kind, subResource } = request;
  if (resource.group !== '' || resource.resource !== 'pods') throw wrongRule(webhook, request);
  if (operation === 'DELETE' || operation === 'CONNECT')
    return { untouched: `${operation} changes no image` };
  if (!hasRequest(webhook, request) || kind.group !== '' || kind.kind !== 'Pod')
    throw wrongRule(webhook, request);

  const ephemeral = subResource === 'ephemeralcontainers';
  const pod = decodePod(request.object, 'request.object');
  const old = operation === 'UPDATE' ? decodePod(request.oldObject, 'request.oldObject') : undefined;
  if (textAt(pod.metadata.annotations, MIRROR_POD) !== undefined)
    return { untouched: 'a mirror Pod only shows what a kubelet runs anyway', pod };
  const lists = ephemeral ? (['ephemeralContainers'] as const) : containerLists;
  return { ...requestedImages(pod, old, lists), keepsMetadata: !ephemeral };
}

/** The images that a Pod asks for in these lists of containers. `old` is the Pod before an UPDATE. */
export const requestedImages = (
  pod: Pod,
  old: Pod | undefined,
  lists: readonly ContainerList[] = containerLists,
): RequestedImages => ({
  pod,
  client: textAt(pod.metadata.labels, CLIENT_LABEL),
  containers: containersOf(pod, lists),
  seen: seenIn(old),
  running: runningIn(old),
  // The volumes of a Pod cannot change.
  volumes: old ? [] : imageVolumesOf(pod),
});

/** Annotation that a kubelet puts on the mirror of a static Pod. */
const MIRROR_POD = 'kubernetes.io/config.mirror';
