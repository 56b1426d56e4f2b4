import { deprecationFact } from '../catalog/entry.ts';
import type { Lookup } from '../catalog/lookup.ts';
import {
  type ContainerResolution,
  containerResolutions,
  resolvedEntry,
  rewrittenTo,
  tooManyContainers,
} from './container-resolution.ts';
import { volumeWarnings } from './image-volumes.ts';
import { containerLabel } from './pod.ts';
import { type ImagePolicy, noImage, type RemovalPolicy, removedEntry, whyRemoved } from './pod-refusal.ts';
import { podWarnings, withAddress } from './pod-warnings.ts';
import { quoted } from './quoting.ts';
import type { AdmissionRequest } from './review.ts';
import { allowed, type Verdict } from './verdict.ts';
import { firstThatFits } from './warnings.ts';
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
  policy: ImagePolicy,
  webhook: WebhookRules,
): Verdict {
  const change = readWorkloadChange(request, webhook);
  if ('untouched' in change) return allowed();
  const tooMany = tooManyContainers(change, lookup, 'template');
  if (tooMany !== undefined) return allowed([`its Pods will be denied: ${tooMany}`]);
  return allowed(workloadWarnings(change, containerResolutions(change, lookup), lookup, policy));
}

/** First why the Deployment is denied, then why its Pods are denied, then the warnings of its Pods. */
function* workloadWarnings(
  change: WorkloadChange,
  resolutions: readonly ContainerResolution[],
  lookup: Lookup,
  policy: ImagePolicy,
): Iterable<string> {
  const { client } = change;
  const denied = resolutions.filter((resolved) => isDeniedByRegistryAdmission(resolved, change, policy));
  for (const resolved of denied) yield shortNameWarning(resolved, client, lookup, policy);
  yield* denials(resolutions, client, policy);
  yield* volumeWarnings(change, lookup);
  const others = denied.length === 0 ? resolutions : resolutions.filter((one) => !denied.includes(one));
  yield* podWarnings(others, client, lookup, policy, 'template');
}

/**
 * registry-admission checks the `containers` of Deployments and of no other template. It denies a short name there before any
 * Pod exists in which the name could be resolved.
 */
const isDeniedByRegistryAdmission = (
  resolved: ContainerResolution,
  { kind }: WorkloadChange,
  policy: ImagePolicy,
): boolean =>
  policy.registryAdmission === 'present' &&
  kind === 'Deployment' &&
  resolved.container.list === 'containers' &&
  rewrittenTo(resolved) !== undefined &&
  !removedEntry(resolved, policy);

/** One advice for each container: a deprecated image gets the URL of the one that replaces it. */
function shortNameWarning(
  resolved: ContainerResolution,
  client: string | undefined,
  lookup: Lookup,
  { today }: ImagePolicy,
): string {
  const label = containerLabel(resolved.container);
  const url = rewrittenTo(resolved) ?? '';
  const entry = resolvedEntry(resolved);
  const deprecation = entry && deprecationFact(entry, today);
  if (!entry || deprecation === undefined)
    // The URL comes first: the end of a long warning is cut.
    return `${label}: write ${url} instead of ${quoted(resolved.container.image)}; ${DENIES}`;
  const instead = lookup.resolve(entry.deprecation?.replacement ?? entry.newer ?? '', client);
  const write = instead.kind === 'short-name' ? `${instead.url}:latest` : url;
  return withAddress(
    firstThatFits(
      `${label}: ${deprecation}; write ${write}, since ${DENIES}`,
      `${label}: ${deprecation}; write ${write}`,
      `${label}: ${deprecation}`,
    ),
    entry,
  );
}

const DENIES = 'registry-admission denies a Deployment with a short name';

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
