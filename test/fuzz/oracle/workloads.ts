import {
  type Container,
  containersOf,
  type ImageSettings,
  isPodSpec,
  isRefused,
  isRemoved,
  MOST_CONTAINERS,
  tooMany,
  urlBehind,
} from './containers.ts';
import { entryBehind, isDeprecated, type PlainEntry } from './images.ts';
import { isAbsent, isObject, type Json, own } from './json.ts';
import { isMetadata, isReview } from './review.ts';
import {
  deprecationToday,
  type ExpectedWarnings,
  fitting,
  labelOf,
  quoted,
  volumeWarnings,
  warningsOf,
  whyRefused,
  withAddress,
} from './warnings.ts';

/** The expected answer to a review at /warn-workloads: a workload is never changed or denied. */
export type WorkloadExpectation =
  | { readonly verdict: 'rejected' }
  | { readonly verdict: 'allowed'; readonly warnings: ExpectedWarnings };

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

  // An old template that is applied again gives its warnings again: all of its images count as new.
  const containers = containersOf(template.spec);
  if (containers.length > MOST_CONTAINERS)
    return allowedWith([[`its Pods will be denied: ${tooMany('this template has', containers.length)}`]]);
  const asker = own(template.metadata?.labels, 'app.kubernetes.io/managed-by');
  const told = containers.filter(
    (container) => expectedKind === 'Deployment' && isDeniedElsewhere(container, asker, settings),
  );
  return allowedWith([
    ...told.map((container) => [writeInstead(container, asker, settings)]),
    ...containers
      .filter((container) => isRefused(container, asker, settings))
      .map((container) => [willBeDenied(container, asker, settings)]),
    ...volumeWarnings(template.spec, asker, settings),
    ...warningsOf(
      containers.filter((container) => !told.includes(container)),
      asker,
      settings,
      'its Pods',
    ),
  ]);
}

const allowedWith = (warnings: ExpectedWarnings): WorkloadExpectation => ({ verdict: 'allowed', warnings });
const silent = allowedWith([]);

/** Another webhook, registry-admission, denies a Deployment for short names in `containers`, before there is a Pod. */
const isDeniedElsewhere = (
  container: Container,
  asker: string | undefined,
  settings: ImageSettings,
): boolean =>
  settings.registryAdmission === 'present' &&
  container.list === 'containers' &&
  !isRemoved(container, settings) &&
  urlBehind(container.image, asker, settings) !== undefined;

/** Of a deprecated image, the URL of what replaces it. */
function writeInstead(container: Container, asker: string | undefined, settings: ImageSettings): string {
  const { catalog } = settings;
  const why = 'registry-admission denies a Deployment with a short name';
  const own = `${urlBehind(container.image, asker, settings)}:latest`;
  const entry = entryBehind(catalog, container.image) as PlainEntry;
  const label = labelOf(container);
  if (!isDeprecated(entry)) return `${label}: write ${own} instead of ${quoted(container.image)}; ${why}`;
  const fact = deprecationToday(entry, settings);
  const [, better] = /; (?:use|newer:) ([^;]+)/.exec(fact) ?? [];
  const url = better === undefined ? undefined : urlBehind(better, asker, settings);
  const write = `${label}: ${fact}; write ${url === undefined ? own : `${url}:latest`}`;
  const whole = fitting(`${write}, since ${why}`, fitting(write, `${label}: ${fact}`));
  return withAddress(whole, entry, settings);
}

function willBeDenied(container: Container, asker: string | undefined, settings: ImageSettings): string {
  const { because, entry, why } = whyRefused(container, asker, settings);
  const warning = `Pods with ${labelOf(container)} will be denied: ${why}`;
  return because === 'it is removed' ? withAddress(warning, entry, settings) : warning;
}

const isOwned = (object: Json): boolean =>
  isObject(object) &&
  isObject(object.metadata) &&
  (isAbsent(object.metadata.ownerReferences) ||
    (Array.isArray(object.metadata.ownerReferences) && object.metadata.ownerReferences.every(isOwner)));

const isOwner = (owner: Json): boolean =>
  isObject(owner) && (isAbsent(owner.controller) || typeof owner.controller === 'boolean');

const field = (object: Json, ...path: readonly string[]): Json =>
  path.reduce((value, key) => (isObject(value) ? value[key] : undefined), object);
