import { type ContainerList, containerLists } from '../catalog/kubernetes-objects.ts';
import { type Decode, decoder, type Metadata, metadataSchema } from './decode.ts';
import { quoted } from './quoting.ts';

/** A Pod, as far as it is read. */
export interface Pod {
  readonly metadata: Metadata;
  readonly spec: {
    readonly [list in ContainerList]?: readonly PodContainer[] | null;
  } & { readonly volumes?: readonly PodVolume[] | null };
}

interface PodContainer {
  readonly name?: string | null;
  readonly image?: string | null;
}

/** `image` makes it an image volume (on by default from Kubernetes 1.35). */
interface PodVolume {
  readonly name?: string | null;
  readonly image?: { readonly reference?: string | null } | null;
}

const text = { type: 'string', nullable: true };

const listOf = (properties: object) => ({
  type: 'array',
  nullable: true,
  items: { type: 'object', properties },
});

const containersSchema = listOf({ name: text, image: text });

const volumesSchema = listOf({
  name: text,
  image: { type: 'object', nullable: true, properties: { reference: text } },
});

export const podSpecSchema = {
  type: 'object',
  properties: {
    ...Object.fromEntries(containerLists.map((list) => [list, containersSchema])),
    volumes: volumesSchema,
  },
};

export const decodePod: Decode<Pod> = decoder({
  type: 'object',
  required: ['metadata', 'spec'],
  properties: {
    metadata: metadataSchema,
    spec: podSpecSchema,
  },
});

/** A container of a Pod, and the place of its image. */
export interface Container {
  readonly list: ContainerList;
  readonly name: string | undefined;
  readonly image: string;
  /** JSON Pointer of the image. */
  readonly at: string;
}

/** The containers that have an image, list by list in the order of `containerLists`. */
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

/** Whether a name fits into the key of an annotation: it is a DNS label. Kubernetes accepts no other name of a container. */
export const isContainerName = (name: string): boolean =>
  name.length <= 63 && /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/.test(name);

/** Tells whether a Pod has a container with the same list, name and image. Without a Pod, always false. */
export function seenIn(pod: Pod | undefined): (container: Container) => boolean {
  if (!pod) return () => false;
  const seen = new Set(containersOf(pod).map(identity));
  return (container) => seen.has(identity(container));
}

/** JSON, so that no character of a name or an image can make two containers equal. */
const identity = ({ list, name, image }: Container): string => JSON.stringify([list, name, image]);

const NOUNS = {
  containers: 'container',
  initContainers: 'init container',
  ephemeralContainers: 'ephemeral container',
} as const;

/** The words for a container in messages: `init container "setup"`. */
export const containerLabel = ({ list, name }: Container): string =>
  `${NOUNS[list]} ${name === undefined ? 'without a name' : quoted(name)}`;
