import type { Json } from '../../support/reviews.ts';
import type { Api } from '../manifests/api.ts';

/** What maintainers and controllers put into the namespace of a tool; gives the objects as they were stored. */
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
