import {
  type ContainerWarnings,
  containersOf,
  type ImageSettings,
  isPodSpec,
  isRefused,
  isRemoved,
  MOST_CONTAINERS,
  SILENCE,
  urlBehind,
  warningsOf,
} from './containers.ts';
import { isAbsent, isObject, type Json, own } from './json.ts';
import { isMetadata, isReview } from './review.ts';

/** What has to be answered to a review at /warn-workloads: a workload is never changed and never denied. */
export type WorkloadExpectation =
  | { readonly verdict: 'rejected' }
  | {
      readonly verdict: 'allowed';
      readonly warnings: ContainerWarnings;
      /** URLs to write instead of short names, which a Deployment is denied for before there is a Pod. */
      readonly writeInstead: readonly string[];
      /** Whether its Pods will be denied, which has to be told. */
      readonly podsDenied: boolean;
    };

const KINDS: Readonly<Record<string, string>> = {
  'apps/deployments': 'Deployment',
  'apps/statefulsets': 'StatefulSet',
  'apps/daemonsets': 'DaemonSet',
  'apps/replicasets': 'ReplicaSet',
  'batch/jobs': 'Job',
  'batch/cronjobs': 'CronJob',
};

export function expectedOfWorkload(review: Json, settings: ImageSettings): WorkloadExpectation {
  if (!isReview(review)) return { verdict: 'rejected' };
  const { operation, object, kind, resource, subResource } = review.request;
  const expectedKind = own(KINDS, `${resource.group ?? ''}/${resource.resource}`);
  if (expectedKind === undefined || (!isAbsent(subResource) && subResource !== ''))
    return { verdict: 'rejected' };
  if (operation === 'DELETE' || operation === 'CONNECT') return silent;
  if (kind.kind !== expectedKind || !isOwned(object)) return { verdict: 'rejected' };
  const template =
    expectedKind === 'CronJob'
      ? field(object.spec, 'jobTemplate', 'spec', 'template')
      : field(object.spec, 'template');
  if (!isObject(template) || !isPodSpec(template.spec)) return { verdict: 'rejected' };
  if (!isAbsent(template.metadata) && !isMetadata(template.metadata)) return { verdict: 'rejected' };
  if ((object.metadata.ownerReferences ?? []).some(({ controller }: Json) => controller === true))
    return silent;

  // Whoever applies an old template again should hear of it again: all of it counts as fresh.
  const containers = containersOf(template.spec);
  if (containers.length > MOST_CONTAINERS) return { ...silent, podsDenied: true };
  const asker = own(template.metadata?.labels, 'app.kubernetes.io/managed-by');
  const writeInstead = containers
    .filter((container) => container.list === 'containers' && !isRemoved(container, settings))
    .map(({ image }) => urlBehind(image, asker, settings))
    .filter((url) => url !== undefined);
  return {
    verdict: 'allowed',
    warnings: warningsOf(containers, settings),
    writeInstead: expectedKind === 'Deployment' ? writeInstead : [],
    podsDenied: containers.some((container) => isRefused(container, asker, settings)),
  };
}

const silent = { verdict: 'allowed', warnings: SILENCE, writeInstead: [], podsDenied: false } as const;

const isOwned = (object: Json): boolean =>
  isObject(object) &&
  isObject(object.metadata) &&
  (isAbsent(object.metadata.ownerReferences) ||
    (Array.isArray(object.metadata.ownerReferences) && object.metadata.ownerReferences.every(isOwner)));

const isOwner = (owner: Json): boolean =>
  isObject(owner) && (isAbsent(owner.controller) || typeof owner.controller === 'boolean');

const field = (object: Json, ...path: readonly string[]): Json =>
  path.reduce((value, key) => (isObject(value) ? value[key] : undefined), object);
