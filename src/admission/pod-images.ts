import { type ContainerList, containerLists } from '../catalog/kubernetes-objects.ts';
import type { Pod } from './pod.ts';

/** A container of a Pod, and where its image stands in it. */
export interface Container {
  readonly list: ContainerList;
  readonly name: string | undefined;
  readonly image: string;
  /** JSON Pointer of the image. */
  readonly at: string;
}

/** The containers that have an image: containers, initContainers, ephemeralContainers, in this order. */
export function containersOf(pod: Pod, lists: readonly ContainerList[] = containerLists): Container[] {
  const containers: Container[] = [];
  for (const list of lists) {
    for (const [index, { name, image }] of (pod.spec[list] ?? []).entries()) {
      if (image)
        containers.push({ list, name: name ?? undefined, image, at: `/spec/${list}/${index}/image` });
    }
  }
  return containers;
}

/** Only a DNS label fits behind the slash of an annotation's key; Kubernetes gives no container another name. */
export const isContainerName = (name: string): boolean =>
  name.length <= 63 && /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/.test(name);

/** Which containers an earlier version of a Pod already had with the same image: same list, same name. */
export function seenIn(pod: Pod | undefined): (container: Container) => boolean {
  if (!pod) return () => false;
  const seen = new Set(containersOf(pod).map(identity));
  return (container) => seen.has(identity(container));
}

/** JSON, so that no character within a name or an image can make two containers look like one. */
const identity = ({ list, name, image }: Container): string => JSON.stringify([list, name, image]);
