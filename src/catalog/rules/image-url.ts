import { faultOfName, splitReference } from '../image-reference.ts';
import { parsedImagesEver } from '../parsed-entry.ts';
import type { Problem } from '../problem.ts';
import type { RuleContext } from './rule.ts';

/** webservice appends `:latest` to the value, and jobs-api needs a host with a dot to map a Pod back. */
export function* imageUrl({ entries }: RuleContext): Iterable<Problem> {
  for (const entry of entries) {
    for (const { field, image } of parsedImagesEver(entry)) {
      const place = { image: image.text, at: image.at, field };
      const { name, tag, digest } = splitReference(image.text);
      // The first colon of `https://host/path` belongs to the scheme, which is the fault to report.
      const hasScheme = image.text.includes('://');
      if (digest !== undefined && !hasScheme) yield { code: 'image-digest', digest, ...place };
      if (tag !== undefined && !hasScheme) yield { code: 'image-tag', tag, ...place };
      const fault = faultOfName(hasScheme ? image.text : name);
      if (fault) yield { code: 'invalid-image', ...fault, ...place };
    }
  }
}
