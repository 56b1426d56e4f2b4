import { readFileSync } from 'node:fs';
import { type AdmissionRequest, decodeReview } from '../../src/admission/review.ts';
import { type WorkloadKind, workloadKinds } from '../../src/catalog/kubernetes-objects.ts';

/** The bytes of a recorded AdmissionReview in `test/fixtures/reviews`. */
export const reviewBytes = (name: string): Uint8Array =>
  readFileSync(new URL(`../fixtures/reviews/${name}.json`, import.meta.url));

export const recorded = (name: string): Json => JSON.parse(new TextDecoder().decode(reviewBytes(name)));

export const recordedRequest = (name: string): AdmissionRequest => decodeReview(recorded(name));

// biome-ignore lint/suspicious/noExplicitAny: tests reach into JSON of any shape
export type Json = any;

export const UID = '705ab4f5-6393-11e8-b7cc-42010a800002';

/** An AdmissionReview about an object of the core group; `request` overrides its fields. */
export const reviewOf = (kind: string, resource: string, request: Record<string, unknown>): Json => ({
  kind: 'AdmissionReview',
  apiVersion: 'admission.k8s.io/v1',
  request: {
    uid: UID,
    kind: { group: '', version: 'v1', kind },
    resource: { group: '', version: 'v1', resource },
    object: null,
    oldObject: null,
    dryRun: false,
    ...request,
  },
});

/** An AdmissionReview of the creation of a Pod; `request` overrides its fields. */
export const podReview = (object: unknown, request: Record<string, unknown> = {}): Json =>
  reviewOf('Pod', 'pods', {
    namespace: 'tool-wikibugs',
    operation: 'CREATE',
    userInfo: { username: 'wikibugs', groups: ['toolforge'] },
    object,
    options: null,
    ...request,
  });

export const podRequest = (object: unknown, request: Record<string, unknown> = {}): AdmissionRequest =>
  decodeReview(podReview(object, request));

/** A request about an object of a kind with a Pod template. */
export function workloadRequest(
  kind: string,
  object: unknown,
  request: Record<string, unknown> = {},
): AdmissionRequest {
  const { apiVersion, plural: resource } = workloadKinds[kind as WorkloadKind];
  const [group = ''] = apiVersion.split('/');
  return podRequest(object, {
    kind: { group, version: 'v1', kind },
    resource: { group, version: 'v1', resource },
    ...request,
  });
}

/** An object of a kind with this Pod as its template. */
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

/** A Pod with one container for each name and image. */
export function podOf(images: Record<string, string>, metadata: Record<string, unknown> = {}): Json {
  return {
    metadata: { name: 'a-pod', ...metadata },
    spec: { containers: Object.entries(images).map(([name, image]) => ({ name, image })) },
  };
}

export const updateOf = (object: unknown, oldObject: unknown, request: Record<string, unknown> = {}) =>
  podRequest(object, { operation: 'UPDATE', oldObject, ...request });
