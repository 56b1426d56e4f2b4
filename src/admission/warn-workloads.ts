import type { Lookup } from '../catalog/lookup.ts';
import {
  type ContainerResolution,
  containerResolutions,
  rewrittenTo,
  tooManyContainers,
} from './container-resolution.ts';
import { volumeWarnings } from './image-volumes.ts';
import { containerLabel } from './pod.ts';
import { noImage, type RemovalPolicy, removedEntry, whyRemoved } from './pod-refusal.ts';
import { podWarnings, withAddress } from './pod-warnings.ts';
import { quoted } from './quoting.ts';
import type { AdmissionRequest } from './review.ts';
import { allowed, type Verdict } from './verdict.ts';
import type { WebhookRules } from './webhook-rules.ts';
import { readWorkloadChange, type WorkloadChange } from './workload.ts';

/**
 * Handles `POST /warn-workloads`: warns of what will happen to the Pods of a template, since the warnings on the Pods only reach
 * their controller. It never denies or patches: a template that admission changes never equals the applied one, and controllers
 * answer with ever new ReplicaSets.
 */
export function warnWorkload(
  request: AdmissionRequest,
  lookup: Lookup,
  removal: RemovalPolicy,
  webhook: WebhookRules,
): Verdict {
  const change = readWorkloadChange(request, webhook);
  if ('untouched' in change) return allowed();
  const tooMany = tooManyContainers(change, lookup, 'template');
  if (tooMany !== undefined) return allowed([`its Pods will be denied: ${tooMany}`]);
  return allowed(workloadWarnings(change, containerResolutions(change, lookup), lookup, removal));
}

/** First why the Deployment is denied, then why its Pods are denied, then the warnings of its Pods. */
function* workloadWarnings(
  change: WorkloadChange,
  resolutions: readonly ContainerResolution[],
  lookup: Lookup,
  removal: RemovalPolicy,
): Iterable<string> {
  if (change.kind === 'Deployment') yield* shortNames(resolutions, removal);
  yield* denials(resolutions, change.client, removal);
  yield* volumeWarnings(change, lookup);
  yield* podWarnings(resolutions, change.client, lookup, removal);
}

/**
 * registry-admission checks the `containers` of Deployments and of no other template. It denies a short name there before any
 * Pod exists in which the name could be resolved.
 */
function* shortNames(resolutions: readonly ContainerResolution[], removal: RemovalPolicy): Iterable<string> {
  for (const resolved of resolutions) {
    const { container } = resolved;
    const url = rewrittenTo(resolved);
    if (url === undefined || container.list !== 'containers' || removedEntry(resolved, removal)) continue;
    // The URL comes first: the end of a long warning is cut.
    yield `${containerLabel(container)}: write ${url} instead of ${quoted(container.image)}; ` +
      'registry-admission denies a Deployment with a short name';
  }
}

function* denials(
  resolutions: readonly ContainerResolution[],
  client: string | undefined,
  removal: RemovalPolicy,
): Iterable<string> {
  for (const resolved of resolutions) {
    const removed = removedEntry(resolved, removal);
    const reason = removed ? whyRemoved(removed, removal) : noImage(resolved, client);
    if (reason === undefined) continue;
    const warning = `Pods with ${containerLabel(resolved.container)} will be denied: ${reason}`;
    yield removed ? withAddress(warning, removed) : warning;
  }
}
