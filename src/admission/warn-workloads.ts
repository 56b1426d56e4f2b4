import type { Lookup } from '../catalog/lookup.ts';
import { containerResolutions } from './container-resolution.ts';
import type { RemovalPolicy } from './past-removal.ts';
import type { AdmissionRequest } from './review.ts';
import { tooManyContainers } from './too-many-containers.ts';
import { allowed, type Verdict } from './verdict.ts';
import type { WebhookRules } from './webhook-rules.ts';
import { readWorkloadChange } from './workload-change.ts';
import { workloadWarnings } from './workload-warnings.ts';

/**
 * `POST /warn-workloads`: who writes a template hears what its Pods will meet with, since controllers keep it to
 * themselves. It is always let pass as it is: a template that changes on its way in never equals what was applied, and
 * controllers answer with ever new ReplicaSets.
 */
export function warnWorkload(
  request: AdmissionRequest,
  lookup: Lookup,
  removal: RemovalPolicy,
  webhook: WebhookRules,
): Verdict {
  const change = readWorkloadChange(request, webhook);
  if ('untouched' in change) return allowed();
  const crowd = tooManyContainers(change, lookup, 'template');
  if (crowd !== undefined) return allowed([`its Pods will be denied: ${crowd}`]);
  return allowed(workloadWarnings(change, containerResolutions(change, lookup), lookup, removal));
}
