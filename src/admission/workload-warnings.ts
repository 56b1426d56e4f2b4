import type { Lookup } from '../catalog/lookup.ts';
import { containerLabel } from './container-label.ts';
import { type ContainerResolution, rewrittenTo } from './container-resolution.ts';
import { volumeWarnings } from './image-volumes.ts';
import { noImage } from './no-image.ts';
import { type RemovalPolicy, removedEntry, whyRemoved } from './past-removal.ts';
import { podWarnings } from './pod-warnings.ts';
import { quoted } from './quoting.ts';
import { withAddress } from './with-address.ts';
import type { WorkloadChange } from './workload-change.ts';

/** What the author of a template should hear: what is denied at once, what its Pods are denied for, what Pods are told. */
export function* workloadWarnings(
  change: WorkloadChange,
  outcomes: readonly ContainerResolution[],
  lookup: Lookup,
  removal: RemovalPolicy,
): Iterable<string> {
  if (change.kind === 'Deployment') yield* shortNames(outcomes, removal);
  yield* denials(outcomes, change.client, removal);
  yield* volumeWarnings(change, lookup);
  yield* podWarnings(outcomes, change.client, lookup, removal);
}

/**
 * registry-admission looks at the `containers` of Deployments, and at no other template: there a short name is denied
 * before any Pod exists in which it could be resolved.
 */
function* shortNames(outcomes: readonly ContainerResolution[], removal: RemovalPolicy): Iterable<string> {
  for (const outcome of outcomes) {
    const { container } = outcome;
    const url = rewrittenTo(outcome);
    if (url === undefined || container.list !== 'containers' || removedEntry(outcome, removal)) continue;
    // The URL comes first: the end of a long warning is cut.
    yield `${containerLabel(container)}: write ${url} instead of ${quoted(container.image)}; ` +
      'registry-admission denies a Deployment with a short name';
  }
}

function* denials(
  outcomes: readonly ContainerResolution[],
  client: string | undefined,
  removal: RemovalPolicy,
): Iterable<string> {
  for (const outcome of outcomes) {
    const removed = removedEntry(outcome, removal);
    const reason = removed ? whyRemoved(removed, removal) : noImage(outcome, client);
    if (reason === undefined) continue;
    const warning = `Pods with ${containerLabel(outcome.container)} will be denied: ${reason}`;
    yield removed ? withAddress(warning, removed) : warning;
  }
}
