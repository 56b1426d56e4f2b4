import { type ContainerList, containerLists } from '../catalog/kubernetes-objects.ts';
import { type Decode, decoder } from './decode.ts';
import { type Metadata, metadataSchema } from './metadata.ts';

/** What is read of a Pod. */
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

/** Of its many kinds, that of an image (on by default from Kubernetes 1.35). */
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
