import { Buffer } from 'node:buffer';
import { deprecationFact, type Entry } from '../catalog/entry.ts';
import { annotationKeys, isOurAnnotation } from '../catalog/public-names.ts';
import type { Metadata } from './metadata.ts';

/** Keys and values of all annotations of one object (k8s.io/apimachinery, pkg/api/validation, TotalAnnotationSizeLimitB). */
const KUBERNETES_ALLOWS = 256 * 1024;
/** For the annotations of some two hundred containers; the rest is for later annotations of other clients. */
const OURS = 64 * 1024;

/** `requested` holds a short name, 63 characters at most, with or without its tag. */
const LONGEST_REQUEST = 63 + ':latest'.length;

/** Bytes left for our annotations: a Pod that Kubernetes accepts without them must be accepted with them. */
export function roomForAnnotations(annotations: Metadata['annotations']): number {
  let room = KUBERNETES_ALLOWS;
  for (const [key, value] of Object.entries(annotations ?? {}))
    if (!isOurAnnotation(key)) room -= Buffer.byteLength(key) + Buffer.byteLength(value);
  return Math.min(room, OURS);
}

/**
 * Upper bound of a container's annotations in bytes; the same when the webhook is invoked again, though only the first call
 * sees what was requested. All of it is ASCII.
 */
export function annotationBytes(container: string, entry: Entry): number {
  const deprecation = deprecationFact(entry);
  return (
    REQUESTED_AND_NAME +
    2 * container.length +
    LONGEST_REQUEST +
    entry.name.length +
    (deprecation === undefined ? 0 : DEPRECATED + container.length + deprecation.length)
  );
}

/** The same for an image that the catalog no longer has: `requested` and `name` stay. */
export const keptAnnotationBytes = (container: string, name = ''): number =>
  REQUESTED_AND_NAME + 2 * container.length + LONGEST_REQUEST + name.length;

const REQUESTED_AND_NAME = annotationKeys.requested('').length + annotationKeys.name('').length;
const DEPRECATED = annotationKeys.deprecated('').length;
