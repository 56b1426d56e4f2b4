import { draftImages } from '../draft.ts';
import { splitHost } from '../image-reference.ts';
import type { Problem } from '../problem.ts';
import type { RuleContext } from './rule.ts';

/** registry-admission refuses Pods on other registries, so such an entry would never start. */
export function* registryNotAllowed({ drafts, policy }: RuleContext): Iterable<Problem> {
  if (policy.registries.length === 0) return;
  const allowed = new Set(policy.registries);
  for (const draft of drafts) {
    for (const { field, image, url } of draftImages(draft)) {
      const { host } = splitHost(url);
      // Without a dot it is no host, and told as an error.
      if (host.includes('.') && !allowed.has(host)) {
        yield { code: 'registry-not-allowed', host, allowed: policy.registries, at: image.at, field };
      }
    }
  }
}
