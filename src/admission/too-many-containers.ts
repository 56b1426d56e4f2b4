import type { PodChange } from './pod-change.ts';

/**
 * Far more than a node can run, and few enough that the answer stays small: within the 8 MiB of a review are a hundred
 * thousand containers, and the patch that resolves all of them would have 70 MB.
 */
const MAX_CONTAINERS = 1_000;

/** Why a Pod is denied before any of its containers is looked at; undefined where it is not. */
export function tooManyContainers({ pod, lists }: PodChange): string | undefined {
  const count = lists.reduce((sum, list) => sum + (pod.spec[list]?.length ?? 0), 0);
  return count <= MAX_CONTAINERS
    ? undefined
    : `this Pod has ${count} containers, and at most ${MAX_CONTAINERS} of one Pod get their images resolved`;
}
