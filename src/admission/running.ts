import { textAt } from '../catalog/kubernetes-objects.ts';
import { annotationKeys } from '../catalog/public-names.ts';
import type { Pod } from './pod.ts';
import { type Container, containersOf, isContainerName } from './pod-images.ts';

/** What the old object of an UPDATE says of a container. */
export interface RunningContainer {
  readonly image: string;
  /** The annotations `requested` and `name` about it. */
  readonly requested: string | undefined;
  readonly named: string | undefined;
}

/**
 * The containers of the old object, by list and name.
 *
 * Facts of the old object were checked when they were written, unless no replica answered at that time. A forged one gains
 * nothing: it only decides whether a container keeps the image that the old object gives it. Facts of the new object never
 * decide that, and a CREATE has no old object.
 */
export function runningIn(old: Pod | undefined): (container: Container) => RunningContainer | undefined {
  if (!old) return () => undefined;
  const { annotations } = old.metadata;
  const running = new Map<string, RunningContainer>();
  const names = new Set<string>();
  for (const container of containersOf(old)) {
    const key = keyOf(container);
    const { name, image } = container;
    // As in the annotations that are written: of two containers with one name, they are about the first.
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

/** JSON, so that no character within a name can make two containers look like one. */
const keyOf = ({ list, name }: Container): string => JSON.stringify([list, name]);

/** The form that a catalog gives its names (`invalid-name`): a value of any other form is not one of ours. */
const NAMED = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;
const REQUESTED = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}(?::latest)?$/;

function shortNameAt(annotations: Pod['metadata']['annotations'], key: string, form: RegExp) {
  const text = textAt(annotations, key);
  return text !== undefined && form.test(text) ? text : undefined;
}
