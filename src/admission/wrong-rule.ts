import { BadReview } from './decode.ts';
import { quoted } from './quoting.ts';
import { type AdmissionRequest, resourceName } from './review.ts';

/** A webhook in the words of whoever configures it. */
export interface WebhookRules {
  readonly path: string;
  /** The resources and operations that it is for. */
  readonly takes: string;
  /** The kind of object that its rules stand in. */
  readonly configuration: 'MutatingWebhookConfiguration' | 'ValidatingWebhookConfiguration';
}

/** A review that a webhook was never meant to get. Whoever reads this looks at the rules that sent it. */
export function wrongRule(
  { path, takes, configuration }: WebhookRules,
  request: AdmissionRequest,
): BadReview {
  const { operation, kind, resource } = request;
  const group = resource.group === '' ? 'the core API group' : `API group ${quoted(resource.group)}`;
  return new BadReview(
    `${path} is for ${takes}, and got ${operation} of ${quoted(resourceName(request))} in ${group}, ` +
      `kind ${quoted(kind.kind)}: correct the rules of the ${configuration} that sent it`,
  );
}
