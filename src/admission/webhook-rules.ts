import { BadReview } from './decode.ts';
import { quoted } from './quoting.ts';
import { resourceName } from './resource-name.ts';
import type { AdmissionRequest } from './review.ts';

/** One of the `rules` of a webhook, in the words of its configuration. The API version is always v1. */
interface WebhookRule {
  /** Empty for the core group. */
  readonly apiGroup: string;
  /** Plural names; a subresource follows after a slash: `pods/ephemeralcontainers`. */
  readonly resources: readonly string[];
  readonly operations: readonly AdmissionRequest['operation'][];
}

/** The part of a webhook that is also in its configuration in the cluster. */
export interface WebhookRules {
  readonly path: string;
  /** The kind of the configuration: only a mutating webhook may patch. */
  readonly configuration: 'MutatingWebhookConfiguration' | 'ValidatingWebhookConfiguration';
  readonly rules: readonly WebhookRule[];
  /** It never denies or patches. So its failure policy is Ignore, and it allows a review that is too large to read. */
  readonly onlyWarns: boolean;
}

/** Whether a rule has the resource of a request. A subresource is another resource. */
export const hasResource = ({ rules }: WebhookRules, request: AdmissionRequest): boolean =>
  rules.some((rule) => isAbout(rule, request));

/** Whether a rule has both the resource and the operation of a request, so that the API server sends it. */
export const hasRequest = ({ rules }: WebhookRules, request: AdmissionRequest): boolean =>
  rules.some((rule) => isAbout(rule, request) && rule.operations.includes(request.operation));

const isAbout = ({ apiGroup, resources }: WebhookRule, request: AdmissionRequest): boolean =>
  apiGroup === request.resource.group && resources.includes(resourceName(request));

/** The error for a review that the webhook does not handle. It tells an admin which rules to correct. */
export function wrongRule(
  { path, configuration, rules }: WebhookRules,
  request: AdmissionRequest,
): BadReview {
  const { operation, kind, resource } = request;
  const group = resource.group === '' ? 'the core API group' : `API group ${quoted(resource.group)}`;
  return new BadReview(
    `${path} is for ${rules.map(inWords).join(' and ')}, and got ${operation} of ${quoted(resourceName(request))} ` +
      `in ${group}, kind ${quoted(kind.kind)}: correct the rules of the ${configuration} that sent it`,
  );
}

/** `pods (CREATE, UPDATE)` */
const inWords = ({ resources, operations }: WebhookRule): string =>
  `${resources.join(', ')} (${operations.join(', ')})`;
