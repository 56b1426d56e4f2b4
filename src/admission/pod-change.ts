import { ASKER_LABEL } from '../catalog/pod-facts.ts';
import { BadReview } from './decode.ts';
import { quoted } from './legible.ts';
import { textAt } from './metadata.ts';
import { type ContainerList, containerLists, decodePod, type Pod } from './pod.ts';
import { type Container, seenIn } from './pod-images.ts';
import { type AdmissionRequest, resourceName } from './review.ts';

/** What a review asks about a Pod. */
export interface PodChange {
  readonly pod: Pod;
  /** Who asks for the images, told by a label. */
  readonly asker: string | undefined;
  /** The containers that can change. */
  readonly lists: readonly ContainerList[];
  /** Whether the Pod had this container with this image before: then nobody asks for anything. */
  readonly seen: (container: Container) => boolean;
  /** The API server drops changes of metadata that come by `pods/ephemeralcontainers`. */
  readonly keepsMetadata: boolean;
}

/** A Pod that is none of our business, and why. */
export interface Untouched {
  readonly untouched: string;
  readonly pod?: Pod;
}

/** Reads what `POST /mutate-pods` is asked, or throws a BadReview that says which rule should not have sent it. */
export function readPodChange(request: AdmissionRequest): PodChange | Untouched {
  const { operation, resource, kind, subResource } = request;
  if (resource.group !== '' || resource.resource !== 'pods') throw wrongRule(request);
  if (operation === 'DELETE' || operation === 'CONNECT')
    return { untouched: `${operation} changes no image` };
  const ephemeral = subResource === 'ephemeralcontainers';
  if ((subResource !== undefined && !ephemeral) || kind.group !== '' || kind.kind !== 'Pod')
    throw wrongRule(request);
  if (ephemeral && operation === 'CREATE') throw wrongRule(request);

  const pod = decodePod(request.object, 'request.object');
  const old = operation === 'UPDATE' ? decodePod(request.oldObject, 'request.oldObject') : undefined;
  if (textAt(pod.metadata.annotations, MIRROR_POD) !== undefined)
    return { untouched: 'a mirror Pod only shows what a kubelet runs anyway', pod };
  return {
    pod,
    asker: textAt(pod.metadata.labels, ASKER_LABEL),
    lists: ephemeral ? ['ephemeralContainers'] : containerLists,
    seen: seenIn(old),
    keepsMetadata: !ephemeral,
  };
}

const MIRROR_POD = 'kubernetes.io/config.mirror';

/** Whoever reads this looks at a MutatingWebhookConfiguration. */
function wrongRule(request: AdmissionRequest): BadReview {
  const { operation, kind, resource } = request;
  const group = resource.group === '' ? 'the core API group' : `API group ${quoted(resource.group)}`;
  return new BadReview(
    `/mutate-pods is for pods (CREATE, UPDATE) and pods/ephemeralcontainers (UPDATE), and got ${operation} of ` +
      `${quoted(resourceName(request))} in ${group}, kind ${quoted(kind.kind)}: ` +
      'correct the rules of the MutatingWebhookConfiguration that sent it',
  );
}
