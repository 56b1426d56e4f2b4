import { readFileSync } from 'node:fs';
import type { AuditedCluster } from '../../src/cli/audit/audit.ts';
import { workloadCollections } from '../../src/cli/collections.ts';
import { ApiError } from '../../src/cluster/api-error.ts';
import { type Collection, type KubernetesObject, keyOf } from '../../src/cluster/collection.ts';
import type { ApiServer } from './api-server.ts';
import { type TestObject, TOOL, wire } from './workloads.ts';

/** The objects of a cluster to audit. */
export interface Audited {
  readonly workloads: readonly TestObject[];
  /** Namespaces with the label tenancy=tool. */
  readonly tools: readonly string[];
  /** `images-v1.yaml`. */
  readonly catalog: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

const pathOf = ({ kind, name, namespace = TOOL }: TestObject): string =>
  `${workloadCollections(namespace).get(kind)?.path}/${name}`;

/** Stores the objects in the fake API server. */
export function store(api: ApiServer, { workloads, tools, catalog, annotations }: Audited): void {
  for (const name of tools)
    api.put(`/api/v1/namespaces/${name}`, { metadata: { labels: { tenancy: 'tool' } } });
  api.put('/api/v1/namespaces/kube-system', { metadata: { labels: {} } });
  api.put('/api/v1/namespaces/tf-public/configmaps/image-config', {
    metadata: { annotations },
    data: { 'images-v1.yaml': catalog },
  });
  for (const object of workloads) api.put(pathOf(object), { ...wire(object) });
}

/** A kubeconfig for the fake API server. */
export const kubeconfigOf = ({ url }: ApiServer): string =>
  JSON.stringify({
    clusters: [{ name: 'test', cluster: { server: url, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'test', user: { token: 'a-token' } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
    'current-context': 'test',
  });

/** The cluster without a server. A refusal has the message of a real API server. */
export function audited(
  { workloads, tools, catalog, annotations = {} }: Audited,
  refused: readonly string[] = [],
  words?: string,
  status = 403,
): AuditedCluster & { readonly asked: readonly string[] } {
  const asked: string[] = [];
  const objects = new Map<string, readonly object[]>([
    ['/api/v1/namespaces', tools.map((name) => ({ metadata: { name } }))],
  ]);
  for (const object of workloads)
    for (const namespace of [undefined, object.namespace ?? TOOL]) {
      const path = workloadCollections(namespace).get(object.kind)?.path ?? '';
      objects.set(path, [...(objects.get(path) ?? []), wire(object)]);
    }
  return {
    asked,
    async configMap(namespace, name) {
      asked.push(`get ${namespace}/${name}`);
      return { namespace, name, uid: 'uid', annotations, data: { 'images-v1.yaml': catalog } };
    },
    async list({ path, labelSelector }: Collection, { keep, onPage }) {
      asked.push(`list ${path}${labelSelector === undefined ? '' : ` with ${labelSelector}`}`);
      const plural = path.slice(path.lastIndexOf('/') + 1);
      if (refused.includes(plural)) throw new ApiError(status, words ?? forbidden(plural));
      const found = (objects.get(path) ?? []) as readonly KubernetesObject[];
      onPage({ listed: found.length, remaining: undefined });
      return new Map(found.map((object) => [keyOf(object), keep(object)]));
    },
  };
}

const forbidden = (plural: string): string =>
  `${plural} is forbidden: User "somebody" cannot list resource "${plural}" in API group "" at the cluster scope`;

const R = 'registry.example.org';

/** At least one workload of each status, by test/fixtures/cli/audit/catalog.yaml. */
export const mixedCluster: Audited = {
  catalog: readFileSync(new URL('../fixtures/cli/audit/catalog.yaml', import.meta.url), 'utf8'),
  tools: ['tool-alpha', 'tool-beta', 'tool-gamma', 'tool-idle'],
  workloads: [
    ...webservice('tool-alpha', `${R}/toolforge-python37-web:latest`, '2023-01-04T08:00:00Z', 2),
    {
      kind: 'CronJob',
      namespace: 'tool-alpha',
      name: 'daily-report',
      created: '2024-05-01T00:00:00Z',
      image: 'tf-node16',
    },
    ...job('tool-alpha', 'daily-report', {
      image: `${R}/toolforge-node16-web:latest`,
      annotations: {
        'requested.image-config.toolforge.org/main': 'tf-node16',
        'name.image-config.toolforge.org/main': 'node16',
      },
    }),
    {
      kind: 'Deployment',
      namespace: 'tool-beta',
      name: 'irc-bot',
      created: '2025-02-11T09:30:00Z',
      image: `${R}/toolforge-node16-base`,
    },
    {
      kind: 'StatefulSet',
      namespace: 'tool-beta',
      name: 'db',
      created: '2022-07-19T12:00:00Z',
      image: 'old-registry.example.org/toolforge-mariadb:latest',
    },
    {
      kind: 'Pod',
      namespace: 'tool-beta',
      name: 'import',
      created: '2026-11-20T10:00:00Z',
      image: `${R}/toolforge-python2-web:latest`,
      annotations: { 'name.image-config.toolforge.org/main': 'python2' },
    },
    { kind: 'Pod', namespace: 'tool-beta', name: 'shell-1', image: "=cmd|' /C calc'!A0" },
    { kind: 'Pod', namespace: 'tool-beta', name: 'tool-over', status: { phase: 'Succeeded' } },
    ...webservice('tool-gamma', `${R}/toolforge-node20-web:latest`, '2026-01-15T16:20:00Z', 1),
    {
      kind: 'Deployment',
      namespace: 'tool-gamma',
      name: 'built',
      created: '2026-03-02T11:00:00Z',
      image: 'harbor.example.org/tool-gamma/app:latest',
    },
    { kind: 'Pod', namespace: 'kube-system', name: 'coredns', image: 'coredns' },
  ],
};

/** The objects that the webservice command creates. */
function webservice(namespace: string, image: string, created: string, pods: number): TestObject[] {
  const name = namespace.replace('tool-', '');
  const labels = { 'app.kubernetes.io/managed-by': 'webservice' };
  const web = { namespace, created, labels, spec: { containers: [{ name: 'webservice', image }] } };
  const deployment = { kind: 'Deployment', name } as const;
  const set = { kind: 'ReplicaSet', name: `${name}-5d4` } as const;
  return [
    { ...web, ...deployment },
    { ...web, ...set, owner: deployment },
    ...Array.from({ length: pods }, (_, pod) => ({
      ...web,
      kind: 'Pod' as const,
      name: `${set.name}-${pod}`,
      created: '2026-11-21T06:00:00Z',
      owner: set,
    })),
  ];
}

/** A Job of a CronJob, with its Pod. */
function job(namespace: string, cronJob: string, pod: Partial<TestObject>): TestObject[] {
  const name = `${cronJob}-2937`;
  return [
    { kind: 'Job', namespace, name, owner: { kind: 'CronJob', name: cronJob } },
    { ...pod, kind: 'Pod', namespace, name: `${name}-x7f`, owner: { kind: 'Job', name } },
  ];
}
