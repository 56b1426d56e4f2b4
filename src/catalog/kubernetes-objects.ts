/** Pods and the kinds that create them, each with its API version and the plural name in URLs of the API. */
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

/** The value of a key. Members of `Object.prototype`, such as `constructor`, are not values. */
export const textAt = (texts: StringMap, key: string): string | undefined =>
  texts && Object.hasOwn(texts, key) ? texts[key] : undefined;
