import { readFileSync } from 'node:fs';
import { type AdmissionRequest, decodeReview } from '../../src/admission/review.ts';

/** A recorded AdmissionReview of `test/fixtures/reviews`, as bytes and as the JSON value in them. */
export const reviewBytes = (name: string): Uint8Array =>
  readFileSync(new URL(`../fixtures/reviews/${name}.json`, import.meta.url));

export const recorded = (name: string): Json => JSON.parse(new TextDecoder().decode(reviewBytes(name)));

export const recordedRequest = (name: string): AdmissionRequest => decodeReview(recorded(name));

// biome-ignore lint/suspicious/noExplicitAny: tests reach into JSON of any shape
export type Json = any;

export const UID = '705ab4f5-6393-11e8-b7cc-42010a800002';

/** An AdmissionReview about a Pod, of which the tests change what they are about. */
export function podReview(object: unknown, request: Record<string, unknown> = {}): Json {
  return {
    kind: 'AdmissionReview',
    apiVersion: 'admission.k8s.io/v1',
    request: {
      uid: UID,
      kind: { group: '', version: 'v1', kind: 'Pod' },
      resource: { group: '', version: 'v1', resource: 'pods' },
      namespace: 'tool-wikibugs',
      operation: 'CREATE',
      userInfo: { username: 'wikibugs', groups: ['toolforge'] },
      object,
      oldObject: null,
      dryRun: false,
      options: null,
      ...request,
    },
  };
}

export const podRequest = (object: unknown, request: Record<string, unknown> = {}): AdmissionRequest =>
  decodeReview(podReview(object, request));

/** Where the API server keeps the kinds that have a template of Pods. */
const WORKLOADS: Readonly<Record<string, { readonly group: string; readonly resource: string }>> = {
  Deployment: { group: 'apps', resource: 'deployments' },
  StatefulSet: { group: 'apps', resource: 'statefulsets' },
  DaemonSet: { group: 'apps', resource: 'daemonsets' },
  ReplicaSet: { group: 'apps', resource: 'replicasets' },
  Job: { group: 'batch', resource: 'jobs' },
  CronJob: { group: 'batch', resource: 'cronjobs' },
};

/** What is asked about an object of a kind that has a template of Pods. */
export function workloadRequest(
  kind: string,
  object: unknown,
  request: Record<string, unknown> = {},
): AdmissionRequest {
  const { group = '', resource = '' } = WORKLOADS[kind] ?? {};
  return podRequest(object, {
    kind: { group, version: 'v1', kind },
    resource: { group, version: 'v1', resource },
    ...request,
  });
}

/** An object of a kind whose Pods are like this one. */
export function workloadOf(
  kind: string,
  { metadata, spec }: Json,
  owned: Record<string, unknown> = {},
): Json {
  const template = { metadata, spec };
  return {
    metadata: { name: 'a-workload', ...owned },
    spec: kind === 'CronJob' ? { jobTemplate: { spec: { template } } } : { template },
  };
}

/** A Pod with one container for each name and image given. */
export function podOf(images: Record<string, string>, metadata: Record<string, unknown> = {}): Json {
  return {
    metadata: { name: 'a-pod', ...metadata },
    spec: { containers: Object.entries(images).map(([name, image]) => ({ name, image })) },
  };
}

export const updateOf = (object: unknown, oldObject: unknown, request: Record<string, unknown> = {}) =>
  podRequest(object, { operation: 'UPDATE', oldObject, ...request });
