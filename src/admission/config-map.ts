import { textAt } from '../catalog/kubernetes-objects.ts';
import { type Decode, decoder } from './decode.ts';
import { type Metadata, metadataSchema, textsSchema } from './metadata.ts';

/** The one ConfigMap that is guarded. jobs-api and webservice have the three words in their code. */
export const IMAGE_CONFIG = { namespace: 'tf-public', name: 'image-config', key: 'images-v1.yaml' } as const;

/** Accepts exactly the text with this digest, whatever is wrong with it: break-glass. */
export const ACCEPT = 'image-config.toolforge.org/accept';
const ALLOW_DELETE = 'image-config.toolforge.org/allow-delete';

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
