import { type Draft, draftFormerImages, draftImages, type Located } from '../draft.ts';
import type { Problem } from '../problem.ts';
import type { RuleContext } from './rule.ts';

/** A URL has to belong to one entry, or the name that a running Pod is shown with depends on the order of the file. */
export function* duplicateUrl({ drafts }: RuleContext): Iterable<Problem> {
  const firstUse = new Map<string, { readonly image: Located; readonly draft: Draft }>();
  for (const draft of drafts) {
    for (const { field, image, url } of [...draftImages(draft), ...draftFormerImages(draft)]) {
      if (url === '') continue;
      const first = firstUse.get(url);
      if (!first) firstUse.set(url, { image, draft });
      else if (first.draft !== draft) {
        yield {
          code: 'duplicate-url',
          url,
          at: image.at,
          field,
          other: first.image.at,
          otherEntry: first.draft.name.text,
        };
      }
    }
  }
}
