import { Buffer } from 'node:buffer';
import { deprecationFact, type Entry } from '../catalog/entry.ts';
import { splitLatest } from '../catalog/image-reference.ts';
import { type StringMap, textAt } from '../catalog/kubernetes-objects.ts';
import type { Lookup } from '../catalog/lookup.ts';
import { annotationKeys, DEPRECATED_LABEL, isOurAnnotation } from '../catalog/public-names.ts';
import {
  type ContainerResolution,
  isOfDeprecated,
  resolvedEntry,
  rewrittenTo,
} from './container-resolution.ts';
import { type JsonPatchOperation, pointer } from './json-patch.ts';
import { isContainerName } from './pod.ts';
import type { PodChange } from './pod-change.ts';
import { isSameImage, type RunningContainer } from './running.ts';

/** The operations that add missing annotations and labels of the program to a Pod, correct wrong ones and remove stale ones. */
export function annotationOperations(
  change: PodChange,
  resolutions: readonly ContainerResolution[],
  lookup: Lookup,
): JsonPatchOperation[] {
  const { annotations, labels } = change.pod.metadata;
  const deprecated = resolutions.some(isOfDeprecated);
  return [
    ...corrections('annotations', annotations, annotationsFor(change, resolutions, lookup), isOurAnnotation),
    ...corrections(
      'labels',
      labels,
      new Map(deprecated ? [[DEPRECATED_LABEL, 'true']] : []),
      (key) => key === DEPRECATED_LABEL,
    ),
  ];
}

function annotationsFor(
  change: PodChange,
  resolutions: readonly ContainerResolution[],
  lookup: Lookup,
): Map<string, string> {
  const wanted = new Map<string, string>();
  const seen = new Set<string>();
  let room = roomForAnnotations(change.pod.metadata.annotations);
  for (const resolved of resolutions) {
    const { name } = resolved.container;
    // If two containers have one name, the first gets the annotations. The API server denies such a Pod later.
    if (name === undefined || seen.has(name) || !isContainerName(name)) continue;
    seen.add(name);
    const entry = resolvedEntry(resolved);
    const before = sameImageBefore(resolved, change);
    // An image that left the catalog keeps the name that it had.
    const named = entry?.name ?? before?.named;
    const requested = requestedOf(name, resolved, change, lookup) ?? before?.requested;
    if (named === undefined && requested === undefined) continue;
    // The text about an entry that left the catalog is not kept: its replacement may be gone, too, and a user may have written
    // the text.
    const deprecation = entry && deprecationFact(entry);
    room -= entry ? annotationBytes(name, entry, deprecation) : keptAnnotationBytes(name, named);
    if (room < 0) break;

    if (requested !== undefined) wanted.set(annotationKeys.requested(name), requested);
    if (named !== undefined) wanted.set(annotationKeys.name(name), named);
    if (deprecation !== undefined) wanted.set(annotationKeys.deprecated(name), deprecation);
  }
  return wanted;
}

/** The container in the old object, if it has the same image after this change. */
function sameImageBefore(
  resolved: ContainerResolution,
  { running }: PodChange,
): RunningContainer | undefined {
  const before = running(resolved.container);
  const image = rewrittenTo(resolved) ?? resolved.container.image;
  return before && isSameImage(before.image, image) ? before : undefined;
}

/**
 * The short name that resolves to the image of a container: the one that is rewritten now, or the recorded one if it still
 * resolves to the image.
 */
function requestedOf(
  name: string,
  resolved: ContainerResolution,
  { pod, client }: PodChange,
  lookup: Lookup,
): string | undefined {
  const { image } = resolved.container;
  if (resolved.kept?.instead) return undefined;
  if (rewrittenTo(resolved) !== undefined) return image;
  const recorded = textAt(pod.metadata.annotations, annotationKeys.requested(name));
  return recorded !== undefined && isImageFor(recorded, image, client, lookup) ? recorded : undefined;
}

/** Whether the short name resolves to exactly this image for this client. */
function isImageFor(shortName: string, image: string, client: string | undefined, lookup: Lookup): boolean {
  const resolution = lookup.resolve(shortName, client);
  const { name, latest } = splitLatest(image);
  return resolution.kind === 'short-name' && latest && resolution.url === name;
}

function corrections(
  field: 'annotations' | 'labels',
  present: StringMap,
  wanted: ReadonlyMap<string, string>,
  isOurs: (key: string) => boolean,
): JsonPatchOperation[] {
  const operations: JsonPatchOperation[] = [];
  if (!present && wanted.size > 0) operations.push({ op: 'add', path: `/metadata/${field}`, value: {} });
  for (const [key, value] of wanted) {
    if (textAt(present, key) !== value)
      operations.push({ op: 'add', path: pointer('metadata', field, key), value });
  }
  for (const key in present) {
    if (Object.hasOwn(present, key) && isOurs(key) && !wanted.has(key))
      operations.push({ op: 'remove', path: pointer('metadata', field, key) });
  }
  return operations;
}

/** Bytes of the keys and values of all annotations of one object (k8s.io/apimachinery, pkg/api/validation, TotalAnnotationSizeLimitB). */
const KUBERNETES_ALLOWS = 256 * 1024;
/** Bytes for the annotations of some two hundred containers. The rest is left to later annotations of other clients. */
const OURS = 64 * 1024;

/** Characters of `requested`: a short name has at most 63, and may have its tag. */
const LONGEST_REQUEST = 63 + ':latest'.length;

/** Bytes left for annotations of the program. A Pod that Kubernetes accepts without them must be accepted with them. */
function roomForAnnotations(annotations: StringMap): number {
  let room = KUBERNETES_ALLOWS;
  for (const [key, value] of Object.entries(annotations ?? {}))
    if (!isOurAnnotation(key)) room -= Buffer.byteLength(key) + Buffer.byteLength(value);
  return Math.min(room, OURS);
}

/**
 * Upper bound of a container's annotations in bytes. All of it is ASCII. It is the same when the webhook is invoked again,
 * although only the first call sees the short name.
 */
function annotationBytes(container: string, entry: Entry, deprecation: string | undefined): number {
  return (
    REQUESTED_AND_NAME +
    2 * container.length +
    LONGEST_REQUEST +
    entry.name.length +
    (deprecation === undefined ? 0 : DEPRECATED + container.length + deprecation.length)
  );
}

/** Upper bound for an image that left the catalog: it keeps only `requested` and `name`. */
const keptAnnotationBytes = (container: string, name = ''): number =>
  REQUESTED_AND_NAME + 2 * container.length + LONGEST_REQUEST + name.length;

const REQUESTED_AND_NAME = annotationKeys.requested('').length + annotationKeys.name('').length;
const DEPRECATED = annotationKeys.deprecated('').length;
