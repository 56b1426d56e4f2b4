import { type StringMap, textAt } from '../catalog/kubernetes-objects.ts';
import { ALLOW_DELETE } from '../catalog/public-names.ts';
import { type Decode, decoder, type Metadata, metadataSchema, textsSchema } from './decode.ts';

/** A ConfigMap, as far as it is read. */
export interface ReviewedConfigMap {
  readonly metadata: Metadata;
  readonly data?: StringMap;
  readonly binaryData?: Readonly<Record<string, unknown>> | null;
  readonly immutable?: boolean | null;
}

export const decodeConfigMap: Decode<ReviewedConfigMap> = decoder({
  type: 'object',
  required: ['metadata'],
  properties: {
    metadata: metadataSchema,
    data: textsSchema,
    binaryData: { type: 'object', nullable: true },
    immutable: { type: 'boolean', nullable: true },
  },
});

export const isDeletionAllowed = ({ metadata }: ReviewedConfigMap): boolean =>
  textAt(metadata.annotations, ALLOW_DELETE) === 'true';

/**
 * Whether a user is the namespace controller, which empties a deleted namespace. It has its own account or the controller
 * manager's.
 */
export const isNamespaceController = (username: string | undefined): boolean =>
  username === 'system:serviceaccount:kube-system:namespace-controller' ||
  username === 'system:kube-controller-manager';
