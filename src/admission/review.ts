import { BadReview, decoder } from './decode.ts';
import { found } from './quoting.ts';

/** An AdmissionRequest, as far as it is read. The handlers decode `object` and `oldObject`. */
export interface AdmissionRequest {
  readonly uid: string;
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';
  readonly kind: { readonly group: string; readonly kind: string };
  readonly resource: { readonly group: string; readonly resource: string };
  readonly subResource: string | undefined;
  readonly namespace: string | undefined;
  /** Undefined if the name is generated, and in a deletecollection. */
  readonly name: string | undefined;
  readonly username: string | undefined;
  readonly dryRun: boolean;
  readonly object: unknown;
  readonly oldObject: unknown;
}

/** Reads an AdmissionReview of admission.k8s.io/v1, or throws a BadReview that says why it is not one. */
export function decodeReview(body: unknown): AdmissionRequest {
  const { kind, apiVersion, request } = decodeEnvelope(body, 'the body');
  if (kind !== 'AdmissionReview')
    throw new BadReview(`kind should be AdmissionReview, and is ${found(kind)}`);
  if (apiVersion === 'admission.k8s.io/v1beta1') throw new BadReview(V1BETA1);
  if (apiVersion !== 'admission.k8s.io/v1')
    throw new BadReview(`apiVersion should be admission.k8s.io/v1, and is ${found(apiVersion)}`);
  if (request === undefined || request === null)
    throw new BadReview('the AdmissionReview has no request: it may be an answer, not a question');
  return plain(decodeRequest(request, 'request'));
}

const V1BETA1 =
  'this AdmissionReview is of admission.k8s.io/v1beta1, and only admission.k8s.io/v1 is answered: ' +
  'set admissionReviewVersions: [v1] in the webhook configuration';

const decodeEnvelope = decoder<{ kind?: unknown; apiVersion?: unknown; request?: unknown }>({
  type: 'object',
});

/** Go leaves out empty fields, or writes null. */
interface WireRequest {
  uid: string;
  operation: AdmissionRequest['operation'];
  kind: { group?: string | null; kind: string };
  resource: { group?: string | null; resource: string };
  subResource?: string | null;
  namespace?: string | null;
  name?: string | null;
  userInfo?: { username?: string | null } | null;
  dryRun?: boolean | null;
  object?: unknown;
  oldObject?: unknown;
}

const text = { type: 'string', nullable: true };

const decodeRequest = decoder<WireRequest>({
  type: 'object',
  required: ['uid', 'operation', 'kind', 'resource'],
  properties: {
    uid: { type: 'string', minLength: 1 },
    operation: { type: 'string', enum: ['CREATE', 'UPDATE', 'DELETE', 'CONNECT'] },
    kind: { type: 'object', required: ['kind'], properties: { group: text, kind: { type: 'string' } } },
    resource: {
      type: 'object',
      required: ['resource'],
      properties: { group: text, resource: { type: 'string' } },
    },
    subResource: text,
    namespace: text,
    name: text,
    userInfo: { type: 'object', nullable: true, properties: { username: text } },
    dryRun: { type: 'boolean', nullable: true },
  },
});

const plain = (wire: WireRequest): AdmissionRequest => ({
  uid: wire.uid,
  operation: wire.operation,
  kind: { group: wire.kind.group ?? '', kind: wire.kind.kind },
  resource: { group: wire.resource.group ?? '', resource: wire.resource.resource },
  subResource: wire.subResource || undefined,
  namespace: wire.namespace || undefined,
  name: wire.name || undefined,
  username: wire.userInfo?.username || undefined,
  dryRun: wire.dryRun ?? false,
  object: wire.object ?? undefined,
  oldObject: wire.oldObject ?? undefined,
});
