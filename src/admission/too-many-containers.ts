import type { Lookup } from '../catalog/lookup.ts';
import { keptImage } from './kept-image.ts';
import type { ImagesAsked } from './pod-change.ts';
import type { Container } from './pod-images.ts';
import type { RunningContainer } from './running.ts';

/**
 * Far more than a node can run, and few enough that the answer stays small: within the 8 MiB of a review are a hundred
 * thousand containers, and the patch that resolves all of them would have 70 MB.
 */
const MAX_CONTAINERS = 1_000;

/** Why a Pod is denied before its images are resolved; undefined where it is not. What it had is not held against it. */
export function tooManyContainers(
  { containers, seen, running, client }: ImagesAsked,
  lookup: Lookup,
  what: 'Pod' | 'template' = 'Pod',
): string | undefined {
  if (containers.length <= MAX_CONTAINERS) return undefined;
  const isKept = (container: Container, had: RunningContainer): boolean =>
    keptImage(container, lookup.resolve(container.image, client), had) !== undefined;
  const fresh = containers.filter((container) => {
    if (seen(container)) return false;
    const had = running(container);
    return !had || !isKept(container, had);
  }).length;
  if (fresh <= MAX_CONTAINERS) return undefined;
  const found = fresh === containers.length ? `this ${what} has` : 'this change brings';
  return `${found} ${fresh} containers, and at most ${MAX_CONTAINERS} of one Pod get their images resolved`;
}

/** Whether annotations about every container would make the answer too large: then those that are there stay as they are. */
export const hasTooManyAnnotations = ({ containers }: ImagesAsked): boolean =>
  containers.length > MAX_CONTAINERS;
