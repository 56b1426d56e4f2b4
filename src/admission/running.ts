import { splitLatest } from '../catalog/image-reference.ts';
import { type StringMap, textAt } from '../catalog/kubernetes-objects.ts';
import type { Resolution } from '../catalog/lookup.ts';
import { annotationKeys } from '../catalog/public-names.ts';
import { type Container, containersOf, isContainerName, type Pod } from './pod.ts';

/** A container in the old object of an UPDATE. */
export interface RunningContainer {
  readonly image: string;
  /** Its annotation `requested`. */
  readonly requested: string | undefined;
  /** Its annotation `name`. */
  readonly named: string | undefined;
}

/**
 * Finds a container in the old object of an UPDATE, by list and name.
 *
 * The annotations of the old object were checked when they were written, unless no replica answered at that time. Forging them
 * gains nothing: they only decide whether a container keeps the image that the old object has. Annotations of the new object
 * never decide that, and a CREATE has no old object.
 */
export function runningIn(old: Pod | undefined): (container: Container) => RunningContainer | undefined {
  if (!old) return () => undefined;
  const { annotations } = old.metadata;
  const running = new Map<string, RunningContainer>();
  const names = new Set<string>();
  for (const container of containersOf(old)) {
    const key = keyOf(container);
    const { name, image } = container;
    // If two containers have one name, the annotations are about the first, as `annotationOperations` writes them.
    const isAnnotated = name !== undefined && !names.has(name) && isContainerName(name);
    if (name !== undefined) names.add(name);
    if (running.has(key)) continue;
    running.set(key, {
      image,
      requested: isAnnotated
        ? shortNameAt(annotations, annotationKeys.requested(name), REQUESTED)
        : undefined,
      named: isAnnotated ? shortNameAt(annotations, annotationKeys.name(name), NAMED) : undefined,
    });
  }
  return (container) => running.get(keyOf(container));
}

/** JSON, so that no character of a name can make two containers equal. */
const keyOf = ({ list, name }: Container): string => JSON.stringify([list, name]);

/** The form of a catalog's names (`invalid-name`). The program writes no other value. */
const NAMED = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;
const REQUESTED = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}(?::latest)?$/;

function shortNameAt(annotations: StringMap, key: string, form: RegExp): string | undefined {
  const text = textAt(annotations, key);
  return text !== undefined && form.test(text) ? text : undefined;
}

/** The image that a running container keeps in an UPDATE. It is not a new image, so it is never denied. */
export interface KeptImage {
  /** If the new object has a short name, the text of the old object: any other text would restart the container. */
  readonly image: string;
  /** What the short name resolves to now, if that is another image or none. */
  readonly instead?: Resolution;
}

/**
 * The image that a container keeps, or undefined. It keeps the image if it asks for the same URL, for a short name that
 * resolves to it, or for the short name that it was created with, whatever that resolves to now: applying the unchanged
 * manifest of a running Pod must not restart it.
 */
export function keptImage(
  { image }: Container,
  resolution: Resolution,
  running: RunningContainer | undefined,
): KeptImage | undefined {
  if (!running) return undefined;
  const url = urlOf(running.image);
  if (url === undefined) return undefined;
  const { name, latest } = splitLatest(image);
  if (latest && name === url) return { image };
  if (resolution.kind === 'short-name' && resolution.url === url) return { image: running.image };
  const { requested } = running;
  return latest && requested !== undefined && splitLatest(requested).name === name
    ? { image: running.image, instead: resolution }
    : undefined;
}

/** Whether two references name the same image, with or without the tag `latest`. */
export function isSameImage(one: string, other: string): boolean {
  const url = urlOf(one);
  return url !== undefined && url === urlOf(other);
}

/**
 * `HOST/PATH` of an image with the tag `latest` or none, as catalogs list images. Beside any other image the annotation
 * `requested` is stale, for example because no replica answered an earlier update.
 */
function urlOf(image: string): string | undefined {
  const { name, latest } = splitLatest(image);
  return latest && name.includes('/') ? name : undefined;
}
