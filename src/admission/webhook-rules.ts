import { BadReview } from './decode.ts';
import { quoted } from './quoting.ts';
import { type AdmissionRequest, resourceName } from './review.ts';

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
