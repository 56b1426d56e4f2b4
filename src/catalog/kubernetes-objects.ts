/** The kinds that make or are Pods, and what the API server calls their collections. */
export const workloadKinds = {
  Pod: { apiVersion: 'v1', plural: 'pods' },
  Deployment: { apiVersion: 'apps/v1', plural: 'deployments' },
  StatefulSet: { apiVersion: 'apps/v1', plural: 'statefulsets' },
  DaemonSet: { apiVersion: 'apps/v1', plural: 'daemonsets' },
  ReplicaSet: { apiVersion: 'apps/v1', plural: 'replicasets' },
  Job: { apiVersion: 'batch/v1', plural: 'jobs' },
  CronJob: { apiVersion: 'batch/v1', plural: 'cronjobs' },
} as const;

export type WorkloadKind = keyof typeof workloadKinds;

/** The lists of containers in the spec of a Pod, in the order in which messages name them. */
export const containerLists = ['containers', 'initContainers', 'ephemeralContainers'] as const;

export type ContainerList = (typeof containerLists)[number];

/** Labels, annotations or the data of a ConfigMap. Go writes null for an empty map. */
export type StringMap = Readonly<Record<string, string>> | null | undefined;

/** The value under a key, and never what `Object.prototype` has under it. */
export const textAt = (texts: StringMap, key: string): string | undefined =>
  texts && Object.hasOwn(texts, key) ? texts[key] : undefined;
