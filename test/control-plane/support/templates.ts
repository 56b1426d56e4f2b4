import { type ReviewedWorkloadKind, reviewedWorkloadKinds } from '../../../src/admission/workload.ts';
import type { Json } from '../../support/reviews.ts';

/** The kinds that Pods are made of, and what is needed to send one of them. */
export { type ReviewedWorkloadKind, reviewedWorkloadKinds };

export const pluralOf = (kind: ReviewedWorkloadKind): string => `${kind.toLowerCase()}s`;

const apiVersionOf = (kind: ReviewedWorkloadKind): string => (kind.endsWith('Job') ? 'batch/v1' : 'apps/v1');

export const collectionPath = (kind: ReviewedWorkloadKind, namespace: string): string =>
  `/apis/${apiVersionOf(kind)}/namespaces/${namespace}/${pluralOf(kind)}`;

/** An object of the kind whose Pods have these images, by container. It makes no Pods until its spec says so. */
export function workload(
  kind: ReviewedWorkloadKind,
  metadata: Json,
  images: Readonly<Record<string, string>>,
): Json {
  const labels = { app: metadata.name };
  const template = {
    metadata: { labels },
    spec: {
      restartPolicy: kind.endsWith('Job') ? 'Never' : 'Always',
      containers: Object.entries(images).map(([name, image]) => ({ name, image })),
    },
  };
  const selector = { matchLabels: labels };
  const specs: Record<ReviewedWorkloadKind, Json> = {
    Deployment: { selector, template, replicas: 0 },
    StatefulSet: { selector, template, replicas: 0, serviceName: 'any' },
    // There is no node for its Pods.
    DaemonSet: { selector, template },
    ReplicaSet: { selector, template, replicas: 0 },
    Job: { template, suspend: true },
    CronJob: { schedule: '0 0 1 1 *', jobTemplate: { spec: { template } } },
  };
  return { apiVersion: apiVersionOf(kind), kind, metadata, spec: specs[kind] };
}
