import type { Lookup } from '../catalog/lookup.ts';
import {
  type ContainerResolution,
  containerResolutions,
  hasTooManyAnnotations,
  rewrittenTo,
  tooManyContainers,
} from './container-resolution.ts';
import { volumeWarnings } from './image-volumes.ts';
import type { JsonPatchOperation } from './json-patch.ts';
import { annotationOperations } from './pod-annotation-patch.ts';
import { type PodChange, readPodChange } from './pod-change.ts';
import { podRefusal, type RemovalPolicy } from './pod-refusal.ts';
import { keptWarnings, podWarnings } from './pod-warnings.ts';
import type { AdmissionRequest } from './review.ts';
import { allowed, denied, patched, type Verdict, wouldBeDenied } from './verdict.ts';
import type { WebhookRules } from './webhook-rules.ts';

/** Handles `POST /mutate-pods`: rewrites short names to image URLs, and records in annotations what the catalog knows of the images. */
export function mutatePod(
  request: AdmissionRequest,
  lookup: Lookup,
  removal: RemovalPolicy,
  webhook: WebhookRules,
): Verdict {
  const change = readPodChange(request, webhook);
  if ('untouched' in change) return allowed();
  const tooMany = tooManyContainers(change, lookup);
  if (tooMany !== undefined) return denied([{ field: 'spec', text: tooMany, code: 'too-many-containers' }]);

  const resolutions = containerResolutions(change, lookup);
  const warnings = [...allWarnings(change, resolutions, lookup, removal)];
  const refusal = podRefusal(resolutions, change.client, removal);
  const operations = operationsFor(change, resolutions, lookup);
  if (refusal === undefined) return patched(operations, warnings);
  return denied(refusal, {
    warnings,
    instead: patched(operations, [...refusal.map(wouldBeDenied), ...warnings]),
  });
}

/**
 * All warnings. Those about image volumes that never start, and about containers that do not get the image asked for, come
 * first.
 */
function* allWarnings(
  change: PodChange,
  resolutions: readonly ContainerResolution[],
  lookup: Lookup,
  removal: RemovalPolicy,
): Iterable<string> {
  yield* volumeWarnings(change, lookup);
  yield* keptWarnings(resolutions, change.client, lookup);
  yield* podWarnings(resolutions, change.client, lookup, removal);
}

function operationsFor(
  change: PodChange,
  resolutions: readonly ContainerResolution[],
  lookup: Lookup,
): readonly JsonPatchOperation[] {
  const operations: JsonPatchOperation[] = [];
  for (const resolved of resolutions) {
    const value = rewrittenTo(resolved);
    if (value !== undefined) operations.push({ op: 'add', path: resolved.container.at, value });
  }
  if (change.keepsMetadata && !hasTooManyAnnotations(change))
    operations.push(...annotationOperations(change, resolutions, lookup));
  return operations;
}
