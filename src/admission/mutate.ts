import type { Lookup } from '../catalog/lookup.ts';
import { type ContainerResolution, containerResolutions, rewrittenTo } from './container-resolution.ts';
import { volumeWarnings } from './image-volumes.ts';
import type { JsonPatchOperation } from './json-patch.ts';
import { keptWarnings } from './kept-warnings.ts';
import type { RemovalPolicy } from './past-removal.ts';
import { annotationOperations } from './pod-annotation-patch.ts';
import { type PodChange, readPodChange } from './pod-change.ts';
import { podRefusal } from './pod-refusal.ts';
import { podWarnings } from './pod-warnings.ts';
import type { AdmissionRequest } from './review.ts';
import { hasTooManyAnnotations, tooManyContainers } from './too-many-containers.ts';
import { allowed, denied, patched, type Verdict } from './verdict.ts';
import type { WebhookRules } from './webhook-rules.ts';

/** `POST /mutate-pods`: short names become image URLs, and the Pod says what was known of its images. */
export function mutatePod(
  request: AdmissionRequest,
  lookup: Lookup,
  removal: RemovalPolicy,
  webhook: WebhookRules,
): Verdict {
  const change = readPodChange(request, webhook);
  if ('untouched' in change) return allowed();
  const crowd = tooManyContainers(change, lookup);
  if (crowd !== undefined) return denied([{ field: 'spec', text: crowd }]);

  const outcomes = containerResolutions(change, lookup);
  const warnings = allWarnings(change, outcomes, lookup, removal);
  const refusal = podRefusal(outcomes, change.client, removal);
  return refusal === undefined
    ? patched(operationsFor(change, outcomes, lookup), warnings)
    : denied(refusal, warnings);
}

/** What never starts, or is not what was asked for, comes first. */
function* allWarnings(
  change: PodChange,
  outcomes: readonly ContainerResolution[],
  lookup: Lookup,
  removal: RemovalPolicy,
): Iterable<string> {
  yield* volumeWarnings(change, lookup);
  yield* keptWarnings(outcomes, change.client, lookup);
  yield* podWarnings(outcomes, change.client, lookup, removal);
}

function operationsFor(
  change: PodChange,
  outcomes: readonly ContainerResolution[],
  lookup: Lookup,
): readonly JsonPatchOperation[] {
  const operations: JsonPatchOperation[] = [];
  for (const outcome of outcomes) {
    const value = rewrittenTo(outcome);
    if (value !== undefined) operations.push({ op: 'add', path: outcome.container.at, value });
  }
  if (change.keepsMetadata && !hasTooManyAnnotations(change))
    operations.push(...annotationOperations(change, outcomes, lookup));
  return operations;
}
