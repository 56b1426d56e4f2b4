import { textAt } from '../catalog/kubernetes-objects.ts';
import { CLIENT_LABEL } from '../catalog/public-names.ts';
import { imageVolumesOf } from './image-volumes.ts';
import { containersOf, seenIn } from './pod.ts';
import type { RequestedImages, Untouched } from './pod-change.ts';
import type { AdmissionRequest } from './review.ts';
import { runningIn } from './running.ts';
import { type WebhookRules, wrongRule } from './webhook-rules.ts';
import { decodeWorkload, type ReviewedWorkloadKind, workloadKindOf } from './workload.ts';

/** The template of a workload. All of its images count as new, so that applying an unchanged template warns again. */
export interface WorkloadChange extends RequestedImages {
  readonly kind: ReviewedWorkloadKind;
}

/** Reads a review of an object with a template of Pods. Throws a BadReview about any other request. */
export function readWorkloadChange(
  request: AdmissionRequest,
  webhook: WebhookRules,
): WorkloadChange | Untouched {
  const { operation, subResource } = request;
  const kind = workloadKindOf(request);
  if (kind === undefined || subResource !== undefined) throw wrongRule(webhook, request);
  if (operation === 'DELETE' || operation === 'CONNECT')
    return { untouched: `${operation} changes no image` };
  if (request.kind.kind !== kind) throw wrongRule(webhook, request);

  const { controlled, template } = decodeWorkload(kind, request.object, 'request.object');
  if (controlled) return { untouched: 'its controller has a template of its own', pod: template };
  return {
    kind,
    pod: template,
    client: textAt(template.metadata.labels, CLIENT_LABEL),
    containers: containersOf(template),
    seen: seenIn(undefined),
    running: runningIn(undefined),
    volumes: imageVolumesOf(template),
  };
}
