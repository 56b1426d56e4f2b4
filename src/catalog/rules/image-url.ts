import { faultOfName, splitReference } from '../image-reference.ts';
import { parsedFormerImages, parsedImages } from '../parsed-entry.ts';
import type { Problem } from '../problem.ts';
import type { RuleContext } from './rule.ts';

/** webservice appends `:latest` to whatever stands here, and jobs-api needs a host with a dot to map a Pod back. */
export function* imageUrl({ entries }: RuleContext): Iterable<Problem> {
  for (const entry of entries) {
    for (const { field, image } of [...parsedImages(entry), ...parsedFormerImages(entry)]) {
      const place = { image: image.text, at: image.at, field };
      const { name, tag, digest } = splitReference(image.text);
      // `https://host/path` has its first colon in the scheme, which is the fault worth telling.
      const hasScheme = image.text.includes('://');
      if (digest !== undefined && !hasScheme) yield { code: 'image-digest', digest, ...place };
      if (tag !== undefined && !hasScheme) yield { code: 'image-tag', tag, ...place };
      const fault = faultOfName(hasScheme ? image.text : name);
      if (fault) yield { code: 'invalid-image', ...fault, ...place };
    }
  }
}
