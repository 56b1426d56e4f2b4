import { type WorkloadKind, workloadKinds } from '../catalog/kubernetes-objects.ts';
import { decoder, type Metadata, metadataSchema } from './decode.ts';
import { type Pod, podSpecSchema } from './pod.ts';
import { type RequestedImages, requestedImages, type Untouched } from './pod-change.ts';
import type { AdmissionRequest } from './review.ts';
import { hasRequest, type WebhookRules, wrongRule } from './webhook-rules.ts';

/** The kinds with a template of Pods. */
export type ReviewedWorkloadKind = Exclude<WorkloadKind, 'Pod'>;

export const reviewedWorkloadKinds = (Object.keys(workloadKinds) as WorkloadKind[]).filter(
  (kind) => kind !== 'Pod',
);

/** The collections of these kinds in an API group. */
export const templateResources = (apiGroup: string): string[] =>
  reviewedWorkloadKinds.filter(isIn(apiGroup)).map((kind) => workloadKinds[kind].plural);

/** The kind of the objects that a request is about, by its resource: the same in each version of the API. */
export const workloadKindOf = ({
  resource: { group, resource },
}: AdmissionRequest): ReviewedWorkloadKind | undefined =>
  reviewedWorkloadKinds.filter(isIn(group)).find((kind) => workloadKinds[kind].plural === resource);

const isIn =
  (apiGroup: string) =>
  (kind: ReviewedWorkloadKind): boolean =>
    workloadKinds[kind].apiVersion.startsWith(`${apiGroup}/`);

/** The template of a workload. All of its images count as new, so that applying an unchanged template warns again. */
export interface WorkloadChange extends RequestedImages {
  readonly kind: ReviewedWorkloadKind;
}

/** Reads a review of an object with a template of Pods. Throws a BadReview about any other request. */
export function readWorkloadChange(
  request: AdmissionRequest,
  webhook: WebhookRules,
): WorkloadChange | Untouched {
  const { operation, subResource } = request;
  const kind = workloadKindOf(request);
  if (kind === undefined || subResource !== undefined) throw wrongRule(webhook, request);
  if (operation === 'DELETE' || operation === 'CONNECT')
    return { untouched: `${operation} changes no image` };
  if (!hasRequest(webhook, request) || request.kind.kind !== kind) throw wrongRule(webhook, request);

  const { controlled, template } = decodeWorkload(kind, request.object, 'request.object');
  if (controlled) return { untouched: 'its controller has a template of its own', pod: template };
  return { ...requestedImages(template, undefined), kind };
}

/** An object with a template of Pods, as far as it is read. */
export interface ReviewedWorkload {
  /** Whether another controller made it: a ReplicaSet of a Deployment, a Job of a CronJob. */
  readonly controlled: boolean;
  /** A Pod like those that it will make. */
  readonly template: Pod;
}

/** Reads an object of this kind, or throws a BadReview with the field that is wrong. */
export function decodeWorkload(kind: ReviewedWorkloadKind, object: unknown, where: string): ReviewedWorkload {
  if (kind === 'CronJob') {
    const { metadata, spec } = decodeCronJob(object, where);
    return workload(metadata, spec.jobTemplate.spec.template);
  }
  const { metadata, spec } = decodeOther(object, where);
  return workload(metadata, spec.template);
}

interface OwnedMetadata {
  readonly ownerReferences?: readonly { readonly controller?: boolean | null }[] | null;
}

/** Go leaves out empty metadata. */
interface Template {
  readonly metadata?: Metadata | null;
  readonly spec: Pod['spec'];
}

const workload = ({ ownerReferences }: OwnedMetadata, { metadata, spec }: Template): ReviewedWorkload => ({
  controlled: ownerReferences?.some(({ controller }) => controller === true) ?? false,
  template: { metadata: metadata ?? {}, spec },
});

const ownedSchema = {
  type: 'object',
  properties: {
    ownerReferences: {
      type: 'array',
      nullable: true,
      items: { type: 'object', properties: { controller: { type: 'boolean', nullable: true } } },
    },
  },
};

const templateSchema = {
  type: 'object',
  required: ['spec'],
  properties: { metadata: { ...metadataSchema, nullable: true }, spec: podSpecSchema },
};

const holding = (field: string, schema: object) => ({
  type: 'object',
  required: [field],
  properties: { [field]: schema },
});

const workloadSchema = (spec: object) => ({
  type: 'object',
  required: ['metadata', 'spec'],
  properties: { metadata: ownedSchema, spec },
});

const decodeOther = decoder<{ metadata: OwnedMetadata; spec: { template: Template } }>(
  workloadSchema(holding('template', templateSchema)),
);

const decodeCronJob = decoder<{
  metadata: OwnedMetadata;
  spec: { jobTemplate: { spec: { template: Template } } };
}>(workloadSchema(holding('jobTemplate', holding('spec', holding('template', templateSchema)))));
