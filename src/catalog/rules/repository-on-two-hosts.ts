import { type Draft, draftImages, type Located } from '../draft.ts';
import { splitHost } from '../image-reference.ts';
import type { Problem } from '../problem.ts';
import type { RuleContext } from './rule.ts';

/** jobs-api also takes a repository without its host, and would not know which of two entries is meant. */
export function* repositoryOnTwoHosts({ drafts }: RuleContext): Iterable<Problem> {
  const firstUse = new Map<
    string,
    { readonly image: Located; readonly draft: Draft; readonly host: string }
  >();
  for (const draft of drafts) {
    for (const { field, image, url } of draftImages(draft)) {
      const { host, repository } = splitHost(url);
      // Without a dot it is no host, and told as an error.
      if (repository === '' || !host.includes('.')) continue;
      const first = firstUse.get(repository);
      if (!first) firstUse.set(repository, { image, draft, host });
      else if (first.draft !== draft && first.host !== host) {
        yield {
          code: 'repository-on-two-hosts',
          repository,
          host,
          otherHost: first.host,
          at: image.at,
          field,
          other: first.image.at,
          otherEntry: first.draft.name.text,
        };
      }
    }
  }
}
