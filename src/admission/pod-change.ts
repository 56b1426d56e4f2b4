import { textAt } from '../catalog/kubernetes-objects.ts';
import { CLIENT_LABEL } from '../catalog/public-names.ts';
import { type ImageVolume, imageVolumesOf } from './image-volumes.ts';
import { decodePod, type Pod } from './pod.ts';
import { type Container, containersOf, seenIn } from './pod-images.ts';
import type { AdmissionRequest } from './review.ts';
import { type RunningContainer, runningIn } from './running.ts';
import { type WebhookRules, wrongRule } from './webhook-rules.ts';

/** What a Pod, or the template of Pods to come, asks for. */
export interface ImagesAsked {
  readonly pod: Pod;
  /** Who asks for the images, told by a label. */
  readonly client: string | undefined;
  /** Those that can change, and have an image. */
  readonly containers: readonly Container[];
  /** Whether the Pod had this container with this image before: then nobody asks for anything. */
  readonly seen: (container: Container) => boolean;
  /** The container as it was before, in the same list and with the same name. */
  readonly running: (container: Container) => RunningContainer | undefined;
  /** The image volumes that it brings. */
  readonly volumes: readonly ImageVolume[];
}

/** What a review asks about a Pod. */
export interface PodChange extends ImagesAsked {
  /** The API server drops changes of metadata that come by `pods/ephemeralcontainers`. */
  readonly keepsMetadata: boolean;
}

/** A Pod that is none of our business, and why. */
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
  const ephemeral = subResource === 'ephemeralcontainers';
  if ((subResource !== undefined && !ephemeral) || kind.group !== '' || kind.kind !== 'Pod')
    throw wrongRule(webhook, request);
  if (ephemeral && operation === 'CREATE') throw wrongRule(webhook, request);

  const pod = decodePod(request.object, 'request.object');
  const old = operation === 'UPDATE' ? decodePod(request.oldObject, 'request.oldObject') : undefined;
  if (textAt(pod.metadata.annotations, MIRROR_POD) !== undefined)
    return { untouched: 'a mirror Pod only shows what a kubelet runs anyway', pod };
  return {
    pod,
    client: textAt(pod.metadata.labels, CLIENT_LABEL),
    containers: ephemeral ? containersOf(pod, ['ephemeralContainers']) : containersOf(pod),
    seen: seenIn(old),
    running: runningIn(old),
    // Volumes of a Pod never change.
    volumes: old ? [] : imageVolumesOf(pod),
    keepsMetadata: !ephemeral,
  };
}

const MIRROR_POD = 'kubernetes.io/config.mirror';
