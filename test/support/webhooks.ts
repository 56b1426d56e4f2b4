import type { Explanation } from '../../src/admission/explain.ts';
import type { ImagePolicy } from '../../src/admission/pod-refusal.ts';
import type { AdmissionRequest } from '../../src/admission/review.ts';
import type { Verdict } from '../../src/admission/verdict.ts';
import { type ImageWebhook, type WebhookPath, webhooks } from '../../src/admission/webhooks.ts';
import type { Lookup } from '../../src/catalog/lookup.ts';

type Asked = [request: AdmissionRequest, lookup: Lookup, policy: ImagePolicy];

/** The row of the table for a path about images. */
export function imageWebhook(path: WebhookPath): ImageWebhook {
  const webhook = webhooks.find((candidate) => candidate.path === path);
  if (webhook?.about !== 'images') throw new Error(`${path} is not about images`);
  return webhook;
}

const pods = imageWebhook('/mutate-pods');
const templates = imageWebhook('/warn-workloads');

/** The handlers as `serve` calls them, each with its own row. */
export const mutatePod = (...asked: Asked): Verdict => pods.handle(...asked, pods);
export const explainPod = (...asked: Asked): Explanation[] => pods.explain(...asked, pods);
export const warnWorkload = (...asked: Asked): Verdict => templates.handle(...asked, templates);
export const explainWorkload = (...asked: Asked): Explanation[] => templates.explain(...asked, templates);
