import { type Decode, decoder } from './decode.ts';
import { type Metadata, metadataSchema } from './metadata.ts';

/** What is read of a Pod. */
export interface Pod {
  readonly metadata: Metadata;
  readonly spec: { readonly [list in ContainerList]?: readonly PodContainer[] | null };
}

interface PodContainer {
  readonly name?: string | null;
  readonly image?: string | null;
}

/** The order in which containers are spoken of. */
export const containerLists = ['containers', 'initContainers', 'ephemeralContainers'] as const;

export type ContainerList = (typeof containerLists)[number];

const containersSchema = {
  type: 'array',
  nullable: true,
  items: {
    type: 'object',
    properties: { name: { type: 'string', nullable: true }, image: { type: 'string', nullable: true } },
  },
};

export const podSpecSchema = {
  type: 'object',
  properties: Object.fromEntries(containerLists.map((list) => [list, containersSchema])),
};

export const decodePod: Decode<Pod> = decoder({
  type: 'object',
  required: ['metadata', 'spec'],
  properties: {
    metadata: metadataSchema,
    spec: podSpecSchema,
  },
});
