import type { ImagesAsked } from './pod-change.ts';

/**
 * Far more than a node can run, and few enough that the answer stays small: within the 8 MiB of a review are a hundred
 * thousand containers, and the patch that resolves all of them would have 70 MB.
 */
const MAX_CONTAINERS = 1_000;

/** Why a Pod is denied before any of its containers is looked up; undefined where it is not. What it had is not held against it. */
export function tooManyContainers(
  { containers, seen }: ImagesAsked,
  what: 'Pod' | 'template' = 'Pod',
): string | undefined {
  if (containers.length <= MAX_CONTAINERS) return undefined;
  const fresh = containers.filter((container) => !seen(container)).length;
  if (fresh <= MAX_CONTAINERS) return undefined;
  const found = fresh === containers.length ? `this ${what} has` : 'this change brings';
  return `${found} ${fresh} containers, and at most ${MAX_CONTAINERS} of one Pod get their images resolved`;
}

/** Whether facts about every container would make the answer too large: then those that are there stay as they are. */
export const hasTooManyFacts = ({ containers }: ImagesAsked): boolean => containers.length > MAX_CONTAINERS;
