import type { StringMap } from '../catalog/kubernetes-objects.ts';

/** What is read of an object's metadata. */
export interface Metadata {
  readonly name?: string | null;
  readonly namespace?: string | null;
  readonly labels?: StringMap;
  readonly annotations?: StringMap;
}

/** A map as labels, annotations and the data of a ConfigMap are. */
export const textsSchema = { type: 'object', nullable: true, texts: true };

export const metadataSchema = {
  type: 'object',
  properties: {
    name: { type: 'string', nullable: true },
    namespace: { type: 'string', nullable: true },
    labels: textsSchema,
    annotations: textsSchema,
  },
};
