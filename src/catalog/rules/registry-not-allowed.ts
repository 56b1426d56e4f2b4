import { nearest } from '../did-you-mean.ts';
import { splitHost } from '../image-reference.ts';
import { parsedImages } from '../parsed-entry.ts';
import type { Problem } from '../problem.ts';
import type { RuleContext } from './rule.ts';

/** registry-admission refuses Pods on other registries, so Pods of such an entry would never start. */
export function* registryNotAllowed({ entries, policy }: RuleContext): Iterable<Problem> {
  if (policy.registries.length === 0) return;
  const allowed = new Set(policy.registries);
  for (const entry of entries) {
    for (const { field, image, url } of parsedImages(entry)) {
      const { host } = splitHost(url);
      // A host without a dot is reported as an error by another rule.
      if (host.includes('.') && !allowed.has(host)) {
        const meant = nearest(host, allowed);
        yield {
          code: 'registry-not-allowed',
          host,
          allowed: policy.registries,
          ...(meant !== undefined && { meant }),
          at: image.at,
          field,
        };
      }
    }
  }
}
