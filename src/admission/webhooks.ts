import type { Lookup } from '../catalog/lookup.ts';
import { BadReview } from './decode.ts';
import { type Explanation, explainPod, explainWorkload } from './explain.ts';
import { mutatePod } from './mutate.ts';
import type { ImagePolicy } from './pod-refusal.ts';
import { resourceName } from './resource-name.ts';
import type { AdmissionRequest } from './review.ts';
import type { ValidationContext } from './validate.ts';
import type { Verdict } from './verdict.ts';
import { warnWorkload } from './warn-workloads.ts';
import { hasResource, type WebhookRules } from './webhook-rules.ts';
import { templateResources } from './workload.ts';

export type Webhook = CatalogWebhook | ImageWebhook;

/** A webhook for edits of the catalog. `serve` runs it in the catalog thread, since checking a large catalog takes long. */
interface CatalogWebhook extends WebhookRules {
  readonly about: 'catalog';
  /** Loads the handler. Its modules take longest to load, and the thread that answers reviews of Pods does not need them. */
  readonly handler: () => Promise<CatalogHandler>;
}

/** A webhook for objects with images. `serve` runs it in the main thread, with the lookup of the served catalog. */
export interface ImageWebhook extends WebhookRules {
  readonly about: 'images';
  readonly handle: ImageHandler<Verdict>;
  /** Why each container is rewritten or left alone, for the command `review`. */
  readonly explain: ImageHandler<Explanation[]>;
}

type CatalogHandler = (request: AdmissionRequest, context: ValidationContext) => Verdict;

/** Throws a BadReview about a request that the webhook is not for. */
type ImageHandler<Result> = (
  request: AdmissionRequest,
  lookup: Lookup,
  policy: ImagePolicy,
  webhook: WebhookRules,
) => Result;

const pods = {
  about: 'images',
  configuration: 'MutatingWebhookConfiguration',
  rules: [
    { apiGroup: '', resources: ['pods'], operations: ['CREATE', 'UPDATE'] },
    { apiGroup: '', resources: ['pods/ephemeralcontainers'], operations: ['UPDATE'] },
  ],
  onlyWarns: false,
  handle: mutatePod,
  explain: explainPod,
} as const;

/**
 * All webhooks of the program. Routes, metrics, `review` and `serve --example` follow from this table, and
 * test/manifests/webhooks.test.ts compares it with the chart.
 */
export const webhooks = [
  {
    path: '/validate-image-config',
    about: 'catalog',
    configuration: 'ValidatingWebhookConfiguration',
    rules: [{ apiGroup: '', resources: ['configmaps'], operations: ['CREATE', 'UPDATE', 'DELETE'] }],
    onlyWarns: false,
    handler: async () => (await import('./validate.ts')).validateImageConfig,
  },
  { path: '/mutate-pods', ...pods },
  // This path gives the same answers as `/mutate-pods`. A separate path lets metrics count Pods that are sent a second time.
  { path: '/mutate-pods/short-names', ...pods },
  {
    path: '/warn-workloads',
    about: 'images',
    configuration: 'ValidatingWebhookConfiguration',
    rules: ['apps', 'batch'].map((apiGroup) => ({
      apiGroup,
      resources: templateResources(apiGroup),
      operations: ['CREATE', 'UPDATE'],
    })),
    onlyWarns: true,
    handle: warnWorkload,
    explain: explainWorkload,
  },
] as const satisfies readonly Webhook[];

export type WebhookPath = (typeof webhooks)[number]['path'];

/**
 * A webhook for the resource of a recorded review, which does not have the path that it was sent to. All webhooks for a
 * resource give the same answer (test/admission/webhooks.test.ts). Throws a BadReview if there is none.
 */
export function webhookFor(request: AdmissionRequest): Webhook {
  const all: readonly Webhook[] = webhooks;
  const found = all.find((webhook) => hasResource(webhook, request));
  if (found) return found;
  throw new BadReview(`it is about ${resourceName(request)}, and only ${RESOURCES.join(', ')} are answered`);
}

const RESOURCES = [...new Set(webhooks.flatMap(({ rules }) => rules.flatMap(({ resources }) => resources)))];
