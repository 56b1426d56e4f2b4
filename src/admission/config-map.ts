import { textAt } from '../catalog/kubernetes-objects.ts';
import { ALLOW_DELETE } from '../catalog/public-names.ts';
import { type Decode, decoder } from './decode.ts';
import { type Metadata, metadataSchema, textsSchema } from './metadata.ts';

/** What is read of a ConfigMap. */
export interface ReviewedConfigMap {
  readonly metadata: Metadata;
  readonly data?: Readonly<Record<string, string>> | null;
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

/** Who empties a namespace that is deleted, with its own account or with the controller manager's. */
export const isNamespaceController = (username: string | undefined): boolean =>
  username === 'system:serviceaccount:kube-system:namespace-controller' ||
  username === 'system:kube-controller-manager';
