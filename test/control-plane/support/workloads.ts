import type { ReviewedWorkloadKind } from '../../../src/admission/workload.ts';
import type { Json } from '../../support/reviews.ts';
import type { AttachedControlPlane } from '../control-plane.ts';
import type { Api } from './api.ts';

/** The namespace of a tool. Each method creates an object in it, and resolves to the object as it is stored. */
export interface Tool {
  readonly namespace: string;
  readonly pod: (name: string, image: string, more?: Json) => Promise<Json>;
  readonly deployment: (name: string, image: string, replicas?: number) => Promise<Json>;
  readonly cronJob: (name: string, image: string, schedule?: string) => Promise<Json>;
  readonly job: (name: string, image: string) => Promise<Json>;
}

export async function createTool(api: Api, name: string): Promise<Tool> {
  const namespace = `tool-${name}`;
  await api.createNamespace(namespace, { tenancy: 'tool' });
  const template = (labels: Json, image: string, restartPolicy = 'Always'): Json => ({
    metadata: { labels },
    spec: { containers: [{ name: 'main', image }], restartPolicy },
  });
  const job = (labels: Json, image: string): Json => ({ template: template(labels, image, 'Never') });
  return {
    namespace,
    pod: (podName, image, { spec, ...metadata } = {}) =>
      api.create(`/api/v1/namespaces/${namespace}/pods`, {
        metadata: { name: podName, ...metadata },
        spec: { containers: [{ name: 'main', image }], ...spec },
      }),
    deployment: (called, image, replicas = 1) =>
      api.create(`/apis/apps/v1/namespaces/${namespace}/deployments`, {
        metadata: { name: called },
        spec: {
          replicas,
          selector: { matchLabels: { name: called } },
          template: template({ name: called }, image),
        },
      }),
    cronJob: (called, image, schedule = '0 0 1 1 *') =>
      api.create(`/apis/batch/v1/namespaces/${namespace}/cronjobs`, {
        metadata: { name: called },
        spec: { schedule, jobTemplate: { spec: job({ name: called }, image) } },
      }),
    job: (called, image) =>
      api.create(`/apis/batch/v1/namespaces/${namespace}/jobs`, {
        metadata: { name: called },
        spec: job({ name: called }, image),
      }),
  };
}

export const pluralOf = (kind: ReviewedWorkloadKind): string => `${kind.toLowerCase()}s`;

const apiVersionOf = (kind: ReviewedWorkloadKind): string => (kind.endsWith('Job') ? 'batch/v1' : 'apps/v1');

export const collectionPath = (kind: ReviewedWorkloadKind, namespace: string): string =>
  `/apis/${apiVersionOf(kind)}/namespaces/${namespace}/${pluralOf(kind)}`;

/** An object of the kind with these images, by container. It creates no Pods until its spec is changed. */
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
    // No Node, so no Pods.
    DaemonSet: { selector, template },
    ReplicaSet: { selector, template, replicas: 0 },
    Job: { template, suspend: true },
    CronJob: { schedule: '0 0 1 1 *', jobTemplate: { spec: { template } } },
  };
  return { apiVersion: apiVersionOf(kind), kind, metadata, spec: specs[kind] };
}

/** The images of a Pod's containers, by name; without init containers. */
export const imagesOf = ({ spec }: Json): Json =>
  Object.fromEntries(spec.containers.map(({ name, image }: Json) => [name, image]));

/** The annotations of a Pod that the webhooks write. */
export const ourAnnotations = ({ metadata }: Json): Json =>
  Object.fromEntries(
    Object.entries(metadata.annotations ?? {}).filter(([key]) =>
      key.includes('.image-config.toolforge.org/'),
    ),
  );

/** Deletes all Pods of a namespace at once. */
export const deletePods = (controlPlane: AttachedControlPlane, namespace: string) =>
  controlPlane.request(`/api/v1/namespaces/${namespace}/pods?gracePeriodSeconds=0`, { method: 'DELETE' });
